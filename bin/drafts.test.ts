/** What the home page offers is drafted, offline and from the shipped functions, into just these calls. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { readManifests } from '@/lib/aws/manifests';
import { planOffline } from '@/lib/draft/offline';
import type { ValueFrom } from '@/lib/draft/plan';

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

/** Where each argument comes from: a step, what is asked (?), an item of a loop, or as it was said. */
const told = (from: ValueFrom): string => {
  switch (from.kind) {
    case 'literal':
      return from.json;
    case 'input':
      return `?${from.field}`;
    case 'text':
      return `text(${from.parts.map((part) => (part.kind === 'words' ? part.text : told(part))).join('')})`;
    default:
      return `${from.kind === 'item' ? 'item' : from.step}${from.field === null ? '' : `.${from.field}`}`;
  }
};
const lines = (prompt: string) =>
  planOffline({ prompt, files: [], manifests, now: new Date('2026-11-22T12:00:00') }).steps.map((step) => {
    const inside = step.inside ? `${step.inside.step}/${step.inside.branch}: ` : '';
    if (step.kind === 'choice')
      return `${inside}choice ${told(step.condition.left)} ${step.condition.operator} ${step.condition.right ? told(step.condition.right) : ''}`.trim();
    if (step.kind === 'loop') return `${inside}loop ${told(step.over)}`;
    if (step.kind === 'wait') return `${inside}wait ${step.seconds}`;
    const name = step.kind === 'function' ? step.functionName : `(${step.title})`;
    return `${inside}${name} ${step.arguments.map((one) => `${one.name}=${told(one.from)}`).join(' ')}`.trim();
  });

test.each<[string, string[]]>([
  [
    'Take the image from the bucket, make it black and white, and put it back',
    [
      'getimagefroms3 image=?image',
      'grayscaleimage image=getimagefroms3.image',
      'uploadimagetos3 image=grayscaleimage.image',
    ],
  ],
  [
    'Put "© Anna 2026" as a watermark on each photo and make one collage of them all',
    [
      'loop ?photos',
      'each/each: watermarkimage image=item text="© Anna 2026"',
      'makecollage images=watermarkimage.image',
    ],
  ],
  [
    'Extract the text of the contract. If it contains "termination", e-mail legal@example.com',
    [
      'choice extracttextfrompdf.text contains "termination"',
      'extracttextfrompdf file=?file',
      'decide/then: sendemail to="legal@example.com" subject=?subject text=extracttextfrompdf.text',
    ],
  ],
  [
    'Fetch the page https://example.com, count its words and tell me if there are more than 500',
    ['choice wordcount.words > 500', 'fetchpage url="https://example.com"', 'wordcount text=fetchpage.text'],
  ],
  [
    'count the words of the pdf and if its more than 1000 summarize it, else just save the text',
    [
      'choice wordcount.words > 1000',
      'extracttextfrompdf file=?file',
      'wordcount text=extracttextfrompdf.text',
      'decide/then: summarizetext text=extracttextfrompdf.text',
      'decide/otherwise: savetextfile text=extracttextfrompdf.text',
    ],
  ],
  [
    'send "Hello" to slack, wait 2 hours, then send "Bye" to slack',
    ['sendslackmessage text="Hello"', 'sendslackmessage text="Bye"', 'wait 7200'],
  ],
  [
    'Join customers.csv and orders.csv on customer_id and give me an Excel file',
    [
      'csvtojson file=?customers',
      'csvtojson file=?orders',
      'joinrows rows=csvtojson.rows other_rows=csvtojson_2.rows column="customer_id"',
      'writeexcel rows=joinrows.rows',
    ],
  ],
  ['whats the checksum of report.pdf (md5)', ['hashfile file=?report algorithm="md5"']],
  [
    'merge invoice.pdf and terms.pdf and at the same time make a thumbnail of the logo',
    ['mergepdfs files=?files', 'makethumbnails images=?images'],
  ],
])('%s, wired', (prompt, expected) => expect(lines(prompt)).toEqual(expected));
