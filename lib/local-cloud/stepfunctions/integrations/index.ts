/**
 * Which code performs which resource. A service without a row here is refused by name.
 * @module
 */
import type { CloudContext } from '@/lib/local-cloud/service';
import { lambdaFunction, lambdaInvoke } from './lambda';
import { sdkIntegration } from './sdk';
import { type Inside, sdkSfn, startExecution } from './states';
import { type Integration, type StartTask, TaskFailure } from './types';

const HERE =
  'lambda:invoke, states:startExecution, aws-sdk:lambda, aws-sdk:s3, aws-sdk:sfn, a Lambda function ARN and an activity ARN';

export function createIntegrations(context: CloudContext, inside: Inside): (task: StartTask) => Integration {
  const optimized: Record<string, Integration> = {
    function: lambdaFunction(context),
    'lambda:invoke': lambdaInvoke(context),
    'states:startExecution': startExecution(inside),
  };
  const sfn = sdkSfn(inside);
  const services = new Map<string, Integration | undefined>([['sfn', sfn]]);

  return ({ integration, resource }) => {
    const own = Object.hasOwn(optimized, integration) ? optimized[integration] : undefined;
    if (own) return own;
    const [first = '', service = ''] = integration.split(':');
    if (first === 'aws-sdk') {
      if (!services.has(service)) services.set(service, sdkIntegration(context, service));
      const found = services.get(service);
      if (found) return found;
    }
    const name = first === 'aws-sdk' ? `aws-sdk:${service}` : first;
    throw new TaskFailure(
      'States.Runtime',
      `The local cloud has no service "${name}", which the resource ${resource} calls. It has ${HERE}. ` +
        'Call the service from a Lambda function, or run this workflow on AWS with ACTION_ENGINE_TARGET=aws.',
    );
  };
}
