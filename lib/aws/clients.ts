/** The three SDK clients: with an endpoint for the local cloud, without one for AWS. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

export type Clients = { sfn: SFNClient; lambda: LambdaClient; s3: S3Client; presigner: S3Client };
export type Address = { url: string; credentials: { accessKeyId: string; secretAccessKey: string } };

/** @param address the local cloud's; `null` lets the SDK find endpoint and credentials by its own chain */
export function createClients(region: string, address: Address | null): Clients {
  const common = {
    region,
    maxAttempts: 4,
    ...(address ? { endpoint: address.url, credentials: address.credentials } : {}),
  };
  return {
    sfn: new SFNClient({ ...common, disableHostPrefix: address !== null }),
    lambda: new LambdaClient(common),
    s3: new S3Client({ ...common, forcePathStyle: address !== null }),
    // A presigned PUT must not carry the checksum of the empty body that it is made with.
    presigner: new S3Client({
      ...common,
      forcePathStyle: address !== null,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    }),
  };
}
