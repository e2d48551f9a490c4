import QRCode from 'qrcode';
import { FunctionError } from '../shared/errors';
import { writeResult } from '../shared/files';
import { integer, text } from '../shared/input';

export const handler = async (event: unknown): Promise<{ image: string }> => {
  const content = text(event, 'text', { limit: 4296 });
  const size = integer(event, 'size', 64, 2048, 512);
  const bytes = await QRCode.toBuffer(content, { type: 'png', width: size, margin: 2 }).catch((error: Error) => {
    throw new FunctionError(
      'InvalidInput',
      `"text" does not fit into a QR code: ${error.message}. Use a shorter text.`,
      { cause: error },
    );
  });
  return {
    image: await writeResult({
      folder: 'qrcodes',
      name: 'qrcode.png',
      bytes,
      mediaType: 'image/png',
      from: [content, size],
    }),
  };
};
