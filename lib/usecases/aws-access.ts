/** What running on AWS takes: the least policies for what is known of it, and what AWS allows to whoever started this. */
import { z } from 'zod';
import type { AccessAnswer } from '@/lib/aws/types';
import type { Deps } from './deps';
import type { AwsAccessView } from './types';

const optional = (pattern: RegExp, message: string) =>
  z
    .string()
    .trim()
    .max(2048)
    .refine((text) => text === '' || pattern.test(text), message)
    .transform((text) => text || null);
const role = (service: string) =>
  optional(
    /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    `The role for ${service} is no role’s ARN. It looks like arn:aws:iam::123456789012:role/name.`,
  );

export const AwsSetupForm = z.object({
  region: z
    .string()
    .trim()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'The region is not one of AWS’s. It looks like eu-central-1.'),
  account: optional(
    /^\d{12}$/,
    'The account is not a number of 12 digits. The AWS console shows it at the upper right.',
  ),
  bucket: optional(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'The bucket’s name has 3 to 63 small letters, digits, dots and hyphens.',
  ),
  statesRoleArn: role('state machines'),
  lambdaRoleArn: role('functions'),
});
type Setup = z.infer<typeof AwsSetupForm>;

export function awsAccess({ aws }: Pick<Deps, 'aws'>, given?: Setup): AwsAccessView {
  const setup = given ?? aws.setup();
  const { region, statesRoleArn, lambdaRoleArn, bucket } = setup;
  return {
    setup,
    policies: aws.policies(setup),
    exports: [
      'export ACTION_ENGINE_TARGET=aws',
      `export AWS_REGION=${region}`,
      `export ACTION_ENGINE_STATES_ROLE_ARN=${statesRoleArn ?? 'STATES-ROLE-ARN'}`,
      `export ACTION_ENGINE_LAMBDA_ROLE_ARN=${lambdaRoleArn ?? 'LAMBDA-ROLE-ARN'}`,
      `export ACTION_ENGINE_BUCKET=${bucket ?? 'BUCKET-NAME'}`,
      'npm start',
    ].join('\n'),
  };
}

export const checkAws = ({ aws }: Pick<Deps, 'aws'>, setup: Setup): Promise<AccessAnswer[]> => aws.check(setup);
