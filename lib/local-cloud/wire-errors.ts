/**
 * A refusal in the form that the called service's clients can read: XML for S3, JSON for the others.
 * @module
 */
import type { Route } from './door';
import { queryError } from './identity';
import { errorXml } from './s3/errors';
import type { Refusal } from './signature';

export function refusalBody(route: Route, refusal: Refusal, requestId: string, resource: string) {
  const common = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
  if (route === 's3') {
    const body = errorXml(refusal, requestId, resource);
    return { body, headers: { ...common, ...sized(body, 'application/xml'), 'x-amz-request-id': requestId } };
  }
  if (route === 'identity') {
    const body = queryError(refusal.code, refusal.message, requestId);
    return { body, headers: { ...common, ...sized(body, 'text/xml'), 'x-amzn-requestid': requestId } };
  }
  const code = refusal.code === 'AccessDenied' ? 'AccessDeniedException' : refusal.code;
  // Step Functions' clients read `__type` and `message`, Lambda's the header and `Message`.
  const body = JSON.stringify(
    route === 'stepfunctions'
      ? { __type: code, message: refusal.message }
      : { Type: 'User', Message: refusal.message, message: refusal.message },
  );
  const type = route === 'stepfunctions' ? 'application/x-amz-json-1.0' : 'application/json';
  return {
    body,
    headers: { ...common, ...sized(body, type), 'x-amzn-errortype': code, 'x-amzn-requestid': requestId },
  };
}

const sized = (body: string, type: string) => ({ 'content-type': type, 'content-length': Buffer.byteLength(body) });
