/**
 * Which code performs which resource. A service that is not here is called by its SDK client, where there is one.
 * @module
 */
import type { CloudContext } from '@/lib/local-cloud/service';
import { httpInvoke } from './http-task';
import { lambdaFunction, lambdaInvoke } from './lambda';
import { type ServiceEndpoints, sdkIntegration } from './sdk';
import { type Inside, sdkSfn, startExecution } from './states';
import type { Integration, StartTask } from './types';

export type IntegrationOptions = {
  /** hosts that `http:invoke` may call though their address is not public */
  httpAllow?: readonly string[];
  serviceEndpoints?: ServiceEndpoints;
};

export function createIntegrations(
  context: CloudContext,
  inside: Inside,
  { httpAllow = [], serviceEndpoints = {} }: IntegrationOptions = {},
): (task: StartTask) => Integration {
  const optimized: Record<string, Integration> = {
    function: lambdaFunction(context),
    'lambda:invoke': lambdaInvoke(context),
    'states:startExecution': startExecution(inside),
    'http:invoke': httpInvoke({ dataDir: context.dataDir, allow: httpAllow }),
  };
  const services = new Map<string, Integration>([['aws-sdk:sfn', sdkSfn(inside)]]);

  return ({ integration }) => {
    const own = Object.hasOwn(optimized, integration) ? optimized[integration] : undefined;
    if (own) return own;
    const [first = '', second = ''] = integration.split(':');
    const viaSdk = first === 'aws-sdk';
    const name = viaSdk ? `${first}:${second}` : first;
    let service = services.get(name);
    if (!service) {
      service = sdkIntegration(context, viaSdk ? second : first, serviceEndpoints, !viaSdk);
      services.set(name, service);
    }
    return service;
  };
}
