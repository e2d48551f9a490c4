/** Fetches a package from S3 over the wire, where `Code` names a bucket and a key. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type CloudContext, REGION } from '../service';
import { invalid } from './errors';
import { ZIP_LIMIT } from './zip';

export function createFetchObject(context: CloudContext) {
  return async (bucket: string, key: string, version?: string): Promise<Uint8Array> => {
    const s3 = new S3Client({
      endpoint: context.s3Endpoint(),
      region: REGION,
      forcePathStyle: true,
      credentials: context.credentials.self,
    });
    try {
      const { Body, ContentLength = 0 } = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }),
      );
      if (ContentLength > ZIP_LIMIT) throw new Error(`it has ${ContentLength} bytes; a zip may have ${ZIP_LIMIT}`);
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      const { name = 'Error', message = '' } = error as Error;
      throw invalid(
        `Error occurred while GetObject. S3 Error Code: ${name}. S3 Error Message: ${message} (s3://${bucket}/${key})`,
      );
    } finally {
      s3.destroy();
    }
  };
}
