/** What the home page offers is drafted, offline and from the shipped functions, into just these calls. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { readManifests } from '@/lib/aws/manifests';
import { compile } from '@/lib/compile';
import { assemble } from '@/lib/draft/assemble';
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

test('one file for an input that takes several is handed over as a list of one', () => {
  const plan = planOffline({
    prompt: 'Zip the three files and e-mail the archive to anna@example.com',
    files: [],
    manifests,
    now: new Date('2026-11-22T12:00:00'),
  });
  const { document, diagnostics } = assemble(plan, manifests);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(JSON.stringify(compile(document.graph).definition)).toMatch(/"attachments":\["\{% [^"]* %\}"\]/);
});

test('a list within a text is written out', () => {
  const plan = planOffline({
    prompt: 'Read the feed https://example.com/rss and send the headlines to Slack',
    files: [],
    manifests,
    now: new Date('2026-11-22T12:00:00'),
  });
  const { document, diagnostics } = assemble(plan, manifests);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(JSON.stringify(compile(document.graph).definition)).toContain('$join([$readRSSFeed.rows.title]');
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
  [
    'Zip the three files and e-mail the archive to anna@example.com',
    ['zipfiles files=?files', 'sendemail to="anna@example.com" subject=?subject text=?text attachments=zipfiles.file'],
  ],
  [
    "Post the photo's dimensions to Slack; if posting fails, e-mail me at ops@example.com",
    [
      'imageinfo image=?image',
      'sendslackmessage text=text(Width: imageinfo.width, Height: imageinfo.height)',
      'sendslackmessage/failed: sendemail to="ops@example.com" subject=?subject text=?text',
    ],
  ],
  [
    'Group the orders by country, add up the totals and show them as a pie chart',
    [
      'aggregaterows rows=?rows operation="sum" column="total" group_by="country"',
      'makechart rows=aggregaterows.rows label_column="country" value_column="sum" chart_type="pie"',
    ],
  ],
  [
    'for every photo add the watermark "Demo" and upload it to s3',
    [
      'loop ?photos',
      'each/each: watermarkimage image=item text="Demo"',
      'each/each: uploadimagetos3 image=watermarkimage.image',
    ],
  ],
  [
    'make a pie chart from sales.xlsx with region as labels and revenue as values, and email it to my boss at boss@example.com',
    [
      'readexcel file=?sales',
      'makechart rows=readexcel.rows label_column="region" value_column="revenue" chart_type="pie"',
      'sendemail to="boss@example.com" subject=?subject text=?text attachments=makechart.image',
    ],
  ],
  [
    'take only the first 5 rows of the csv sorted by score descending, save as excel',
    [
      'csvtojson file=?file',
      'sortrows rows=csvtojson.rows column="score" order="descending" limit=5',
      'writeexcel rows=sortrows.rows',
    ],
  ],
  [
    'Merge the two PDFs and then put a watermark saying DRAFT on the result',
    ['mergepdfs files=?files', '(Put a watermark saying DRAFT on the result) file=mergepdfs.file text="DRAFT"'],
  ],
  ['Play a song that suits my mood', ['recommendsong mood=?mood', 'playmusic song=recommendsong.song']],
  [
    'Translate "Good morning" to German and post it to Slack',
    ['translatetext text="Good morning" target_language="German"', 'sendslackmessage text=translatetext.text'],
  ],
  ['Find keywords of the text in French', ['findkeywords text=?text']],
  [
    'get pages 2-4 from the pdf and send them to lisa@example.com',
    [
      'splitpdf file=?file ranges="2-4"',
      'sendemail to="lisa@example.com" subject=?subject text=?text attachments=splitpdf.files',
    ],
  ],
  [
    'shrik the pic to 800 px wide pls and mail it to bob@example.com',
    [
      'resizeimage image=?image width=800 height=?height',
      'sendemail to="bob@example.com" subject=?subject text=?text attachments=resizeimage.image',
    ],
  ],
  [
    'Read the feed https://example.com/rss and send the headlines to Slack',
    ['readrss url="https://example.com/rss"', 'sendslackmessage text=text(readrss.rows.title)'],
  ],
  [
    'fetch https://example.com/blog, pull out the top 10 keywords and post them on slack',
    [
      'fetchpage url="https://example.com/blog"',
      'findkeywords text=fetchpage.text limit=10',
      'sendslackmessage text=text(findkeywords.keywords)',
    ],
  ],
  ...[
    ['If it is not valid', '!= true'],
    ['If it is valid', 'is true'],
    ['Unless it is valid', '!= true'],
  ].map(([words, condition]): [string, string[]] => [
    `Validate the json. ${words}, send "so" to Slack`,
    [
      `choice validatejson.valid ${condition}`,
      'validatejson data=?data schema=?schema',
      'decide/then: sendslackmessage text="so"',
    ],
  ]),
])('%s, wired', (prompt, expected) => expect(lines(prompt)).toEqual(expected));
