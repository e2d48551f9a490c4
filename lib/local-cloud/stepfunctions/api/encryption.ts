/**
 * Keys that a machine or an activity is asked to be encrypted with. Nothing is encrypted here: what was asked for is kept
 * and told again, and what AWS refuses is refused.
 * @module
 */
import { z } from 'zod';
import { AwsError } from '../errors';

export const Encryption = z.object({
  type: z.enum(['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KMS_KEY']),
  kmsKeyId: z.string().min(1).max(2048).optional(),
  kmsDataKeyReusePeriodSeconds: z.number().int().min(60).max(900).optional(),
});
export type Encryption = z.infer<typeof Encryption>;

export const OWNED_KEY: Encryption = { type: 'AWS_OWNED_KEY' };

/** AWS: "If not provided, the default is 300 seconds" */
const REUSE_SECONDS = 300;

/**
 * @returns what is told of it from then on
 * @throws AwsError InvalidEncryptionConfiguration
 */
export function encryptionOf(asked: Encryption): Encryption {
  const refuse = (why: string) =>
    new AwsError('InvalidEncryptionConfiguration', `Invalid Encryption Configuration: ${why}`);
  if (asked.type === 'AWS_OWNED_KEY') {
    if (asked.kmsKeyId !== undefined || asked.kmsDataKeyReusePeriodSeconds !== undefined)
      throw refuse('kmsKeyId and kmsDataKeyReusePeriodSeconds are for the type CUSTOMER_MANAGED_KMS_KEY.');
    return OWNED_KEY;
  }
  if (asked.kmsKeyId === undefined) throw refuse('The type CUSTOMER_MANAGED_KMS_KEY needs a kmsKeyId.');
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds = REUSE_SECONDS } = asked;
  return { type, kmsKeyId, kmsDataKeyReusePeriodSeconds };
}
