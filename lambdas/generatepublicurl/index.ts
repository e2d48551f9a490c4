import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkStored, s3 } from '../shared/files';
import { integer, text } from '../shared/input';

const WEEK = 7 * 24 * 3600;

/** On AWS a link signed by a function's role ends with that role's session, which may be sooner. */
export const handler = async (event: unknown): Promise<{ url: string; expires_at: string }> => {
  const expiresIn = integer(event, 'expires', 1, WEEK, 3600);
  const { bucket, key } = await checkStored(text(event, 'file'), 'file');
  const signingDate = new Date();
  const url = await getSignedUrl(s3(), new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn, signingDate });
  return { url, expires_at: new Date(signingDate.getTime() + expiresIn * 1000).toISOString() };
};
