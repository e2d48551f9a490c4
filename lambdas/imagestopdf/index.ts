import { PageSizes } from '@cantoo/pdf-lib';
import { writeResult } from '../shared/files';
import { openImage, render } from '../shared/images';
import { list, oneOf } from '../shared/input';
import { addressesOf } from '../shared/lists';
import { newPdf } from '../shared/pdf';

/** points a pixel: 96 dots an inch, as screens have it */
const SCALE = 72 / 96;
const MARGIN = 28;

/** JPEG where nothing is see-through, PNG where something is. Wide pictures lie on a page turned sideways. */
export const handler = async (event: unknown): Promise<{ file: string; pages: number }> => {
  const uris = addressesOf(list(event, 'images', 100), 'images');
  const pageSize = oneOf(event, 'page_size', ['image', 'a4', 'letter'] as const, 'image');
  const document = await newPdf();
  for (const uri of uris) {
    const image = await openImage(uri, 'images');
    const { bytes, width, height } = await render(image, image.pixels, image.hasAlpha ? 'png' : 'jpeg', {
      quality: 88,
    });
    const picture = image.hasAlpha ? await document.embedPng(bytes) : await document.embedJpg(bytes);
    if (pageSize === 'image') {
      document
        .addPage([width * SCALE, height * SCALE])
        .drawImage(picture, { width: width * SCALE, height: height * SCALE });
      continue;
    }
    const [short, long] = pageSize === 'a4' ? PageSizes.A4 : PageSizes.Letter;
    const [w, h] = width > height ? [long, short] : [short, long];
    const scale = Math.min((w - 2 * MARGIN) / width, (h - 2 * MARGIN) / height, SCALE * 4);
    const [pw, ph] = [width * scale, height * scale];
    document.addPage([w, h]).drawImage(picture, { x: (w - pw) / 2, y: (h - ph) / 2, width: pw, height: ph });
  }
  const file = await writeResult({
    folder: 'pdf',
    name: 'images.pdf',
    bytes: await document.save(),
    mediaType: 'application/pdf',
    from: [uris, pageSize],
    ...(uris[0] ? { source: uris[0] } : {}),
  });
  return { file, pages: document.getPageCount() };
};
