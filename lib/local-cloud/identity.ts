/**
 * AWS's query protocol, as far as tools use it before they do anything else: `sts:GetCallerIdentity`. What asks for another
 * service is told what is here.
 *
 *   POST / with Action=GetCallerIdentity&Version=2011-06-15 ──▶ XML
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeXml } from './s3/xml';
import { ACCOUNT_ID, type Service } from './service';

const MAX_BODY = 64 * 1024;
const ARN = `arn:aws:iam::${ACCOUNT_ID}:user/local`;
/** as long as AWS's own, and in its letters */
const USER_ID = 'AIDALOCALCLOUD0000001';

/** What a client of another service is told; also where the name of an operation gives it away. */
export const elsewhere = (asked: string): string =>
  `The local cloud has no ${asked}: it has Step Functions, Lambda, S3, what reads CloudWatch Logs, and sts:GetCallerIdentity. Give that service an endpoint of its own by AWS_ENDPOINT_URL_<SERVICE>.`;

export const createIdentity = (): Service => ({
  open: async () => {},
  close: async () => {},
  async handle(request, response) {
    const asked = new URLSearchParams(await bodyOf(request));
    const action = asked.get('Action') ?? '';
    const id = String(response.getHeader('x-amzn-requestid') ?? '');
    if (action === 'GetCallerIdentity') {
      const identity = `<Arn>${ARN}</Arn><UserId>${USER_ID}</UserId><Account>${ACCOUNT_ID}</Account>`;
      return send(
        response,
        200,
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
      );
    }
    const what =
      action === '' ? 'operation without a name' : `${action.slice(0, 100)} (${asked.get('Version') ?? '-'})`;
    send(response, 400, queryError('InvalidAction', elsewhere(what), id));
  },
});

export const queryError = (code: string, message: string, requestId: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${escapeXml(requestId)}</RequestId></ErrorResponse>`;

function send(response: ServerResponse, status: number, xml: string): void {
  const body = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': body.length }).end(body);
}

/** What is more than any such request has is not kept; nothing is asked for then. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    else if (size > 16 * MAX_BODY) break;
  }
  return size > MAX_BODY ? '' : Buffer.concat(chunks).toString('utf8');
}
