/** What the home page offers is drafted, offline and from the shipped functions, into just these calls. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { readManifests } from '@/lib/aws/manifests';
import { planOffline } from '@/lib/draft/offline';

const manifests = (await readManifests(path.join(import.meta.dirname, '..', 'lambdas'))).map(
  ({ manifest }) => manifest,
);
const calls = (prompt: string) =>
  planOffline({ prompt, files: [], manifests, now: new Date('2026-11-22T12:00:00') }).steps.flatMap((step) =>
    step.kind === 'function' ? [step.functionName] : [`(${step.kind})`],
  );

test.each<[string, string[]]>([
  [
    'It will be perfect if you play music that matches my mood. This is Anna.',
    ['username2id', 'getusermood', 'recommendsong', 'playmusic'],
  ],
  [
    'Create a workflow that retrieves an image from S3, resizes it to 256x256 and returns the public URL of the resized image for display in the UI',
    ['getimagefroms3', 'resizeimage', 'generatepublicurl'],
  ],
  ['Resize the photo I upload to 256x256 and give me a link', ['resizeimage', 'generatepublicurl']],
  ['Make a QR code for "https://example.com/menu" and give me a link to it', ['makeqrcode', 'generatepublicurl']],
  ['Extract the text from the PDF I upload and count its words', ['extracttextfrompdf', 'wordcount']],
  ['Convert the CSV file I upload to JSON', ['csvtojson']],
  ['Convert the picture I upload to webp and give me a public link', ['convertimage', 'generatepublicurl']],
])('%s', (prompt, expected) => expect(calls(prompt)).toEqual(expected));
