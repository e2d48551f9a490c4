/**
 * For tests: the real service behind one bare HTTP server on a free port, with the real ones that a test brings.
 * @module
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { evaluateJsonata } from '@/lib/asl/jsonata';
import type { CloudContext, Service } from '@/lib/local-cloud/service';
import { createStepFunctions } from '../index';
import type { IntegrationOptions } from '../integrations';

export type TestCloud = { url: string; close(): Promise<void> };
type Options = {
  /** where Lambda is; absent: here */
  lambdaEndpoint?: string;
  lambda?: (context: CloudContext) => Service;
  s3?: (context: CloudContext) => Service;
  timeScale?: number;
  mockConfig?: string;
  mockOptional?: boolean;
} & IntegrationOptions & {
    log?: (line: string) => void;
  };

export async function startTestCloud(dataDir: string, options: Options = {}): Promise<TestCloud> {
  let url = '';
  const local = { accessKeyId: 'local', secretAccessKey: 'local' };
  const context: CloudContext = {
    dataDir,
    endpoint: () => url,
    lambdaEndpoint: () => options.lambdaEndpoint ?? url,
    s3Endpoint: () => url,
    credentials: { page: local, functions: local, self: local },
    secretOf: (id) => (id === 'local' ? 'local' : undefined),
    log: options.log ?? ((line) => process.stderr.write(`${line}\n`)),
  };
  const lambda = options.lambda?.(context);
  const s3 = options.s3?.(context);
  const stepFunctions = createStepFunctions(context, {
    evaluate: (expression, bindings) => evaluateJsonata(expression, bindings),
    httpAllow: options.httpAllow ?? [],
    serviceEndpoints: options.serviceEndpoints ?? {},
    ...(options.mockConfig !== undefined && { mockConfig: options.mockConfig }),
    ...(options.mockOptional !== undefined && { mockOptional: options.mockOptional }),
    ...(options.timeScale !== undefined && { timeScale: options.timeScale }),
  });
  const server = http.createServer((request, response) => {
    const forLambda = /^\/20\d\d-/.test(request.url ?? '') ? lambda : undefined;
    const service = request.headers['x-amz-target'] ? stepFunctions : (forLambda ?? s3);
    if (service) void service.handle(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await s3?.open();
  await lambda?.open();
  await stepFunctions.open();
  return {
    url,
    async close() {
      for (const service of [stepFunctions, lambda, s3]) await service?.close(1_000);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
