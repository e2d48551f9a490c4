/**
 * What TestState shows of an HTTP Task at the level TRACE: its request and its response.
 * @module
 */
import { type Json, own } from '@/lib/base/json';
import type { Inspection } from '@/lib/engine/probe';
import type { StartTask, TaskCall } from '../integrations/types';

/** What an HTTP Task sent and got; what its connection added only where secrets are to be revealed. */
export function httpSeen(reveal: boolean) {
  let seen: object = {};
  const onHttp: NonNullable<TaskCall['onHttp']> = (request, response) => {
    const { method, url, body, secret } = request;
    const shown = Object.entries(request.headers).filter(([name]) => reveal || !secret.includes(name));
    const protocol = new URL(url).protocol.replace(':', '');
    seen = {
      request: { protocol, method, url, headers: JSON.stringify(Object.fromEntries(shown)), ...(body && { body }) },
      response: {
        protocol,
        statusCode: String(response.status),
        statusMessage: response.text,
        headers: JSON.stringify(response.headers),
        body: response.body,
      },
    };
  };
  return { onHttp, seen: () => seen };
}

/** A mocked HTTP Task's request as its arguments say it, and its response as the mock does. */
export function httpMocked({ input }: StartTask, { result }: Inspection): object {
  const text = (value: Json | undefined) =>
    value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
  const url = String(own(input, 'ApiEndpoint') ?? '');
  const protocol = url.split(':')[0];
  const code = own(result, 'StatusCode');
  return {
    request: {
      protocol,
      method: text(own(input, 'Method')),
      url,
      headers: text(own(input, 'Headers')),
      body: text(own(input, 'RequestBody')),
    },
    ...(result !== undefined && {
      response: {
        protocol,
        ...(code !== undefined && { statusCode: String(code) }),
        statusMessage: text(own(result, 'StatusText')),
        headers: text(own(result, 'Headers')),
        body: text(own(result, 'ResponseBody')),
      },
    }),
  };
}
