/**
 * What the local cloud's parts know of each other: nothing but this. Step Functions calls Lambda and S3 over the wire.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';

export type Credentials = { accessKeyId: string; secretAccessKey: string };

export type CloudContext = {
  /** this service keeps everything of its own below `<dataDir>/cloud/<service>/` */
  dataDir: string;
  /** `http://127.0.0.1:<port>`: known once the server listens, so ask late */
  endpoint(): string;
  /** where Step Functions finds Lambda and S3: the cloud itself, unless the environment redirects them */
  lambdaEndpoint(): string;
  s3Endpoint(): string;
  /** keys that the cloud issued: to the page, to the functions it runs, to its own Step Functions */
  credentials: { page: Credentials; functions: Credentials; self: Credentials };
  /** the documented `local` / `local` and the issued ones; undefined for a key that nobody was given */
  secretOf(accessKeyId: string): string | undefined;
  /** environment for functions, by name (ACTION_ENGINE_BUCKET …): given only to functions created with those names */
  log(line: string): void;
};

/** One AWS service behind the door. The door has already refused foreign hosts and origins. */
export type Service = {
  /** loads what it kept, takes up what was under way; resolves when requests can be answered */
  open(): Promise<void>;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** no new work; running work is given `graceMs`, then ended; everything that was acknowledged is on disk */
  close(graceMs: number): Promise<void>;
};
