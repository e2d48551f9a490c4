/**
 * What people type about a workflow that is there, without a language model and with the shipped functions, over five
 * workflows: straight, with a loop, with a choice, with ways at the same time, with a failure that is caught.
 */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readManifests } from '@/lib/aws/manifests';
import { Problem } from '@/lib/base/problem';
import { assemble } from '@/lib/draft/assemble';
import { applyEdits } from '@/lib/draft/edit/apply';
import { readable } from '@/lib/draft/edit/difference';
import { planEditOffline } from '@/lib/draft/edit/offline';
import { planOffline } from '@/lib/draft/offline';
import { check, functionOf, mappingAt, payloadOf, type WorkflowDocument } from '@/lib/graph';
import { prove } from '@/lib/proof/prove';

const manifests = (await readManifests(path.join(import.meta.dirname, '..', 'lambdas'))).map(
  ({ manifest }) => manifest,
);
const now = new Date('2026-11-22T12:00:00');
const drafted = (prompt: string) => assemble(planOffline({ prompt, files: [], manifests, now }), manifests).document;

const WORKFLOWS = {
  straight: drafted('Resize the photo to 640x480, turn it grey and give me a link to it'),
  loop: drafted('For each of the pictures, turn it grey and then rotate it by 90 degrees'),
  choice: drafted(
    'If the photo is wider than 1000 pixels, resize it to 1000x800, otherwise turn it grey. Then give me a link',
  ),
  parallel: drafted('Extract the text from the PDF. Then at the same time count its words and find the keywords'),
  caught: drafted('Convert the CSV to JSON, sort the rows by price. If that fails, send "it broke" to Slack'),
};

/** A line for each step: its function, what it is given, what it is tried, where it leads. */
function linesOf({ graph }: WorkflowDocument): string[] {
  const named = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  return graph.nodes.map((node) => {
    const manifest = manifests.find(({ name }) => name === functionOf(node));
    const given = Object.keys(manifest?.input.properties ?? {}).flatMap((name) => {
      const value = mappingAt(payloadOf(node), [name]);
      return value ? [`${name}=${readable(value, node, graph)}`] : [];
    });
    const to = graph.edges
      .filter(({ from }) => from === node.id)
      .map((edge) => `${edge.kind === 'next' ? '' : `${edge.kind}: `}${named.get(edge.to)}`);
    const about = {
      map:
        'maxConcurrency' in node && node.maxConcurrency ? `at most ${readable(node.maxConcurrency, node, graph)}` : '',
      choice: node.kind === 'choice' ? JSON.stringify(node.rules.map(({ condition }) => condition.value)) : '',
      wait: node.kind === 'wait' ? JSON.stringify(node.wait) : '',
      task:
        'retry' in node ? (node.retry ?? []).map((each) => `${each.maxAttempts}x${each.intervalSeconds}s`).join() : '',
    };
    const more = Object.hasOwn(about, node.kind) ? about[node.kind as keyof typeof about] : '';
    return `[${node.name}] ${functionOf(node) ?? node.kind}(${given.join(', ')}) ${more} -> ${to.join(' | ') || 'end'}`;
  });
}

type Given = keyof typeof WORKFLOWS;
const asked = (on: Given, text: string) =>
  planEditOffline({ text, document: WORKFLOWS[on], manifests, selected: [], now, name: 'W' });

/** The steps that are new or other than before, and those that are gone, written with a minus. */
function changes(on: Given, text: string): string[] {
  const answer = asked(on, text);
  if (answer.kind !== 'edits') throw new Error(`${answer.kind} is no change`);
  const before = WORKFLOWS[on];
  const { document, outcomes } = applyEdits(before, answer.plan, manifests);
  expect(outcomes.flatMap(({ why }) => (why ? [why.message] : []))).toEqual([]);
  const faults = check(document, manifests).filter(
    ({ severity, code }) => severity === 'error' || code === 'REFERENCE_UNCERTAIN',
  );
  expect(faults).toEqual([]);
  const [old, fresh] = [linesOf(before), linesOf(document)];
  const names = new Set(document.graph.nodes.map(({ name }) => name));
  return [
    ...before.graph.nodes.flatMap(({ name }) => (names.has(name) ? [] : [`-${name}`])),
    ...fresh.filter((line) => !old.includes(line)),
  ].map((line) => line.replace(/ {2,}/g, ' '));
}

describe('done', () => {
  test.each<[Given, string, string[]]>([
    [
      'straight',
      'make it 512 wide',
      ['[Resize image] resizeimage(image=input image, width=512, height=480) 3x1s -> Make image black and white'],
    ],
    [
      'straight',
      'also e-mail me the result',
      [
        '[Generate public URL] generatepublicurl(file=“Make image black and white” → image) 3x1s -> Send e-mail',
        '[Send e-mail] sendemail(to=input to, subject=input subject, text=“Generate public URL” → url) 3x1s -> end',
      ],
    ],
    [
      'straight',
      "don't make it grey",
      [
        '-Make image black and white',
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Resize image” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'do it for every file',
      [
        '[For each image] map() -> end',
        '[Resize image] resizeimage(image=each item, width=640, height=480) 3x1s -> Make image black and white',
      ],
    ],
    [
      'straight',
      'rotate it by 90 degrees before the resize',
      [
        '[Resize image] resizeimage(image=“Rotate image” → image, width=640, height=480) 3x1s -> Make image black and white',
        '[Rotate image] rotateimage(image=input image, degrees=90) 3x1s -> Resize image',
      ],
    ],
    [
      'straight',
      "don't give me a link",
      ['-Generate public URL', '[Make image black and white] grayscaleimage(image=“Resize image” → image) 3x1s -> end'],
    ],
    [
      'straight',
      'twice as wide',
      ['[Resize image] resizeimage(image=input image, width=1280, height=480) 3x1s -> Make image black and white'],
    ],
    [
      'straight',
      'swap the first two steps',
      [
        '[Make image black and white] grayscaleimage(image=input image) 3x1s -> Resize image',
        '[Resize image] resizeimage(image=“Make image black and white” → image, width=640, height=480) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Resize image” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'save it as webp instead',
      [
        '[Make image black and white] grayscaleimage(image=“Resize image” → image) 3x1s -> Convert image',
        '[Convert image] convertimage(image=“Make image black and white” → image, target_format=webp) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Convert image” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'call the second step Bleach',
      [
        '-Make image black and white',
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Bleach',
        '[Bleach] grayscaleimage(image=“Resize image” → image) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Bleach” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'make it 300 by 200',
      ['[Resize image] resizeimage(image=input image, width=300, height=200) 3x1s -> Make image black and white'],
    ],
    [
      'straight',
      'retry the resize 5 times',
      ['[Resize image] resizeimage(image=input image, width=640, height=480) 5x1s,5x1s -> Make image black and white'],
    ],
    [
      'straight',
      'wait 10 seconds before the link',
      [
        '[Make image black and white] grayscaleimage(image=“Resize image” → image) 3x1s -> Wait 10 s',
        '[Wait 10 s] wait() {"for":"seconds","value":{"kind":"literal","value":10}} -> Generate public URL',
      ],
    ],
    [
      'straight',
      'if the resize fails, tell me on slack',
      [
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Make image black and white | catch: Send Slack message',
        '[Send Slack message] sendslackmessage(text=“Resize image” failed.) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'put a watermark saying DRAFT on it',
      [
        '[Make image black and white] grayscaleimage(image=“Resize image” → image) 3x1s -> Watermark image',
        '[Watermark image] watermarkimage(image=“Make image black and white” → image, text=DRAFT) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Watermark image” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'move the grey step to the start',
      [
        '[Resize image] resizeimage(image=“Make image black and white” → image, width=640, height=480) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Resize image” → image) 3x1s -> end',
        '[Make image black and white] grayscaleimage(image=input image) 3x1s -> Resize image',
      ],
    ],
    [
      'straight',
      'remvoe the grey step',
      [
        '-Make image black and white',
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Resize image” → image) 3x1s -> end',
      ],
    ],
    [
      'straight',
      'rezise to 100 wide',
      ['[Resize image] resizeimage(image=input image, width=100, height=480) 3x1s -> Make image black and white'],
    ],
    [
      'straight',
      'crop it first',
      [
        '[Resize image] resizeimage(image=“Crop image” → image, width=640, height=480) 3x1s -> Make image black and white',
        '[Crop image] cropimage(image=input image, width=input width, height=input height) 3x1s -> Resize image',
      ],
    ],
    [
      'straight',
      'delete everything after the resize',
      [
        '-Make image black and white',
        '-Generate public URL',
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> end',
      ],
    ],
    [
      'loop',
      'also put a watermark saying ACME on each',
      [
        '[Rotate image] rotateimage(image=“Make image black and white” → image, degrees=90) 3x1s -> Watermark image',
        '[Watermark image] watermarkimage(image=“Rotate image” → image, text=ACME) 3x1s -> end',
      ],
    ],
    [
      'loop',
      'rotate it by 180 instead',
      ['[Rotate image] rotateimage(image=“Make image black and white” → image, degrees=180) 3x1s -> end'],
    ],
    [
      'loop',
      'skip the rotation',
      ['-Rotate image', '[Make image black and white] grayscaleimage(image=each item) 3x1s -> end'],
    ],
    ['loop', 'only three at a time', ['[For each picture] map() at most 3 -> end']],
    [
      'loop',
      'crop each one to 100x100 before turning it grey',
      [
        '[Make image black and white] grayscaleimage(image=“Crop image” → image) 3x1s -> Rotate image',
        '[Crop image] cropimage(image=each item, width=100, height=100) 3x1s -> Make image black and white',
      ],
    ],
    [
      'loop',
      'at the end zip the pictures',
      ['[For each picture] map() -> Zip files', '[Zip files] zipfiles(files=“For each picture”) 3x1s -> end'],
    ],
    [
      'loop',
      'try each one again twice if it fails',
      [
        '[Make image black and white] grayscaleimage(image=each item) 2x1s,2x1s -> Rotate image',
        '[Rotate image] rotateimage(image=“Make image black and white” → image, degrees=90) 2x1s,2x1s -> end',
      ],
    ],
    ['loop', 'rename the loop to "All photos"', ['-For each picture', '[All photos] map() -> end']],
    [
      'loop',
      'remove the first step in the loop',
      ['-Make image black and white', '[Rotate image] rotateimage(image=each item, degrees=90) 3x1s -> end'],
    ],
    [
      'choice',
      'make the limit 2000',
      [
        '[If the photo is wider than 1000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 2000 "}] -> rule: Resize image | default: Make image black and white',
      ],
    ],
    [
      'choice',
      "if it's wider than 1500 pixels instead",
      [
        '[If the photo is wider than 1000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 1500 "}] -> rule: Resize image | default: Make image black and white',
      ],
    ],
    [
      'choice',
      'resize to 800x600 in that case',
      ['[Resize image] resizeimage(image=input image, width=800, height=600) 3x1s -> Generate public URL'],
    ],
    [
      'choice',
      'also rotate it in the other case',
      [
        '[Make image black and white] grayscaleimage(image=input image) 3x1s -> Rotate image',
        '[Rotate image] rotateimage(image=“Make image black and white” → image, degrees=input degrees) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Resize image” or “Rotate image” → image) 3x1s -> end',
      ],
    ],
    [
      'parallel',
      'translate the text to French first',
      [
        '[Extract text from PDF] extracttextfrompdf(file=input file) 3x1s -> Translate text',
        '[Translate text] translatetext(text=“Extract text from PDF” → text, target_language=French) 3x1s -> At the same time',
        '[Count words] wordcount(text=“Translate text” → text) 3x1s -> end',
        '[Find keywords] findkeywords(text=“Translate text” → text) 3x1s -> end',
      ],
    ],
    [
      'parallel',
      'save the keywords to a text file',
      [
        '[At the same time] parallel() -> Save text file',
        '[Save text file] savetextfile(text=$join($findKeywordsResult.keywords, ", ")) 3x1s -> end',
      ],
    ],
    [
      'choice',
      'drop the condition',
      [
        '-If the photo is wider than 1000 pixels',
        '-Make image black and white',
        '[Describe image] imageinfo(image=input image) 3x1s -> Resize image',
        '[Generate public URL] generatepublicurl(file=“Resize image” → image) 3x1s -> end',
      ],
    ],
    [
      'choice',
      'only resize it if the photo is wider than 3000 pixels',
      [
        '[If the photo is wider than 1000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 1000 "}] -> default: Make image black and white | rule: If the photo is wider than 3000 pixels',
        '[If the photo is wider than 3000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 3000 "}] -> rule: Resize image | default: Generate public URL',
      ],
    ],
    [
      'choice',
      'also rotate it by 90 degrees in that case',
      [
        '[Resize image] resizeimage(image=input image, width=1000, height=800) 3x1s -> Rotate image',
        '[Rotate image] rotateimage(image=“Resize image” → image, degrees=90) 3x1s -> Generate public URL',
        '[Generate public URL] generatepublicurl(file=“Make image black and white” or “Rotate image” → image) 3x1s -> end',
      ],
    ],
    [
      'choice',
      "don't resize it",
      [
        '-Resize image',
        '[If the photo is wider than 1000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 1000 "}] -> rule: Generate public URL | default: Make image black and white',
        '[Generate public URL] generatepublicurl(file=“Make image black and white” → image) 3x1s -> end',
      ],
    ],
    [
      'choice',
      'change 1000 to 1200',
      [
        '[If the photo is wider than 1000 pixels] choice() [{"kind":"expression","text":" $describeImage.width > 1200 "}] -> rule: Resize image | default: Make image black and white',
        '[Resize image] resizeimage(image=input image, width=1200, height=800) 3x1s -> Generate public URL',
      ],
    ],
    [
      'choice',
      'wait half an hour before giving me the link',
      [
        '[Resize image] resizeimage(image=input image, width=1000, height=800) 3x1s -> Wait 1800 s',
        '[Wait 1800 s] wait() {"for":"seconds","value":{"kind":"literal","value":1800}} -> Generate public URL',
        '[Make image black and white] grayscaleimage(image=input image) 3x1s -> Wait 1800 s',
      ],
    ],
    [
      'parallel',
      'also detect the language in parallel',
      [
        '[At the same time] parallel() -> Detect language',
        '[Detect language] detectlanguage(text=“Extract text from PDF” → text) 3x1s -> end',
      ],
    ],
    [
      'parallel',
      'remove the keywords',
      [
        '-At the same time',
        '-Find keywords',
        '[Extract text from PDF] extracttextfrompdf(file=input file) 3x1s -> Count words',
      ],
    ],
    [
      'parallel',
      'only the top 5 keywords',
      ['[Find keywords] findkeywords(text=“Extract text from PDF” → text, limit=5) 3x1s -> end'],
    ],
    [
      'parallel',
      'summarize it as well',
      [
        '[At the same time] parallel() -> Summarize text',
        '[Summarize text] summarizetext(text=“Extract text from PDF” → text) 3x1s -> end',
      ],
    ],
    [
      'parallel',
      'use summarize in place of count words',
      ['-Count words', '[Summarize text] summarizetext(text=“Extract text from PDF” → text) 3x1s -> end'],
    ],
    [
      'parallel',
      'e-mail the word count to me at me@example.com',
      [
        '[At the same time] parallel() -> Send e-mail',
        '[Send e-mail] sendemail(to=me@example.com, subject=word count, text=$string($countWordsResult.words)) 3x1s -> end',
      ],
    ],
    [
      'parallel',
      'also for all pdfs in the list',
      [
        '[For each file] map() -> end',
        '[Extract text from PDF] extracttextfrompdf(file=each item) 3x1s -> At the same time',
      ],
    ],
    [
      'caught',
      'sort by date instead',
      ['[Sort rows] sortrows(rows=“Read CSV” → rows, column=date) 3x1s -> catch: Send Slack message'],
    ],
    [
      'caught',
      'sort them descending',
      [
        '[Sort rows] sortrows(rows=“Read CSV” → rows, column=price, order=descending) 3x1s -> catch: Send Slack message',
      ],
    ],
    ['caught', 'change the message to "oh no"', ['[Send Slack message] sendslackmessage(text=oh no) 3x1s -> end']],
    [
      'caught',
      'keep only the rows where price is above 10 before sorting',
      [
        '[Read CSV] csvtojson(file=input file) 3x1s -> Filter rows',
        '[Filter rows] filterrows(rows=“Read CSV” → rows, column=price, operator=greater than, value=10) 3x1s -> Sort rows',
        '[Sort rows] sortrows(rows=“Filter rows” → rows, column=price) 3x1s -> catch: Send Slack message',
      ],
    ],
    [
      'caught',
      'and turn it back into a csv at the end',
      [
        '[Sort rows] sortrows(rows=“Read CSV” → rows, column=price) 3x1s -> catch: Send Slack message | Write CSV',
        '[Write CSV] jsontocsv(rows=“Sort rows” → rows) 3x1s -> end',
      ],
    ],
    [
      'caught',
      "don't send a slack message if it fails",
      ['-Send Slack message', '[Sort rows] sortrows(rows=“Read CSV” → rows, column=price) 3x1s -> end'],
    ],
    [
      'caught',
      'send an e-mail instead of the slack message',
      [
        '-Send Slack message',
        '[Sort rows] sortrows(rows=“Read CSV” → rows, column=price) 3x1s -> catch: Send e-mail',
        '[Send e-mail] sendemail(to=input to, subject=input subject, text=it broke) 3x1s -> end',
      ],
    ],
    [
      'caught',
      'retry up to 3 times with 20 seconds in between',
      ['[Sort rows] sortrows(rows=“Read CSV” → rows, column=price) 3x20s,3x20s -> catch: Send Slack message'],
    ],
    [
      'caught',
      'wait a minute after reading the csv',
      [
        '[Read CSV] csvtojson(file=input file) 3x1s -> Wait 60 s',
        '[Wait 60 s] wait() {"for":"seconds","value":{"kind":"literal","value":60}} -> Sort rows',
      ],
    ],
    [
      'caught',
      'then make a bar chart of it',
      [
        '[Sort rows] sortrows(rows=“Read CSV” → rows, column=price) 3x1s -> catch: Send Slack message | Make chart',
        '[Make chart] makechart(rows=“Sort rows” → rows, label_column=input label_column, value_column=input value_column, chart_type=bar) 3x1s -> end',
      ],
    ],
    [
      'caught',
      'dont sort it',
      ['-Sort rows', '-Send Slack message', '[Read CSV] csvtojson(file=input file) 3x1s -> end'],
    ],
    [
      'caught',
      "name the workflow's first step Load",
      [
        '-Read CSV',
        '[Load] csvtojson(file=input file) 3x1s -> Sort rows',
        '[Sort rows] sortrows(rows=“Load” → rows, column=price) 3x1s -> catch: Send Slack message',
      ],
    ],
    [
      'caught',
      'if reading the csv fails, wait 5 minutes and try again',
      ['[Read CSV] csvtojson(file=input file) 3x300s,3x300s -> Sort rows'],
    ],
  ])('%s: %s', (on, text, expected) => expect(changes(on, text)).toEqual(expected));
});

describe('done only sometimes', () => {
  const choice = (name: string, text: string, to: string) =>
    `[${name}] choice() [{"kind":"expression","text":" ${text} "}] -> ${to}`;
  test.each<[Given, string, string[]]>([
    [
      'straight',
      // what was just made 640 wide is not asked how wide it is; without the grey step the link is to what it was given
      'only do the grey step if the picture is wider than 1000 pixels',
      [
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Describe image',
        '[Describe image] imageinfo(image=input image) 3x1s -> If the picture is wider than 1000 pixels',
        choice(
          'If the picture is wider than 1000 pixels',
          '$describeImage.width > 1000',
          'rule: Make image black and white | default: Generate public URL',
        ),
      ],
    ],
    [
      'straight',
      'skip the grey step and the link when the picture is smaller than 300 pixels',
      [
        '[Resize image] resizeimage(image=input image, width=640, height=480) 3x1s -> Describe image',
        '[Describe image] imageinfo(image=input image) 3x1s -> If the picture is smaller than 300 pixels',
        choice(
          'If the picture is smaller than 300 pixels',
          '$describeImage.width < 300',
          'default: Make image black and white | rule: Go on',
        ),
        '[Generate public URL] generatepublicurl(file=“Make image black and white” → image) 3x1s -> Go on',
        '[Go on] pass() -> end',
      ],
    ],
    [
      'straight',
      'if the price is over 100, also post "Dear" to Slack',
      [
        '[Generate public URL] generatepublicurl(file=“Make image black and white” → image) 3x1s -> If the price is over 100',
        choice(
          'If the price is over 100',
          '$states.context.Execution.Input.price > 100',
          'rule: Send Slack message | default: Go on',
        ),
        '[Send Slack message] sendslackmessage(text=Dear) 3x1s -> Go on',
        '[Go on] pass() -> end',
      ],
    ],
    [
      'loop',
      'only rotate them if they are wider than 500 pixels',
      [
        '[Make image black and white] grayscaleimage(image=each item) 3x1s -> Describe image',
        '[Describe image] imageinfo(image=“Make image black and white” → image) 3x1s -> If it is wider than 500 pixels',
        choice('If it is wider than 500 pixels', '$describeImage.width > 500', 'rule: Rotate image | default: Go on'),
        '[Rotate image] rotateimage(image=“Make image black and white” → image, degrees=90) 3x1s -> Go on',
        '[Go on] pass() -> end',
      ],
    ],
    [
      // where the ways meet, the link is to whichever picture there is
      'choice',
      'only give me the link if the photo has more than 2000 bytes',
      [
        '[Resize image] resizeimage(image=input image, width=1000, height=800) 3x1s -> If the photo has more than 2000 bytes',
        '[Make image black and white] grayscaleimage(image=input image) 3x1s -> If the photo has more than 2000 bytes',
        choice(
          'If the photo has more than 2000 bytes',
          '$describeImage.bytes > 2000',
          'rule: Generate public URL | default: Go on',
        ),
        '[Generate public URL] generatepublicurl(file=“Make image black and white” or “Resize image” → image) 3x1s -> Go on',
        '[Go on] pass() -> end',
      ],
    ],
  ])('%s: %s', async (on, text, expected) => {
    const [sorted, wanted] = [changes(on, text).sort(), [...expected].sort()];
    expect(sorted).toEqual(wanted);
    const answer = asked(on, text);
    if (answer.kind !== 'edits') throw new Error(`${answer.kind} is no change`);
    const { document } = applyEdits(WORKFLOWS[on], answer.plan, manifests);
    expect(await prove(document, manifests)).toMatchObject({ ok: true, diagnostics: [], notTried: null });
  });

  test('what is needed by what is done only sometimes is done under the same condition, and undone with it', () => {
    const answer = asked('straight', 'only give me the link if the price is over 100');
    if (answer.kind !== 'edits') throw new Error(`${answer.kind} is no change`);
    const guarded = applyEdits(WORKFLOWS.straight, answer.plan, manifests).document;
    const again = planEditOffline({
      text: 'remove the choice',
      document: guarded,
      manifests,
      selected: [],
      now,
      name: 'W',
    });
    if (again.kind !== 'edits') throw new Error(`${again.kind} is no change`);
    const names = applyEdits(guarded, again.plan, manifests).document.graph.nodes.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['Resize image', 'Make image black and white', 'Generate public URL']),
    );
    expect(names).not.toContain('If the price is over 100');
  });
});

describe('not understood, or not to be done by words: told, and nothing changes', () => {
  test.each<[Given, string, string]>([
    ['straight', 'if it is lovely, post it to Slack', 'No step tells whether “it is lovely”'],
    ['straight', 'make the picture smaller', '“Resize image” does that already, and what should be differe'],
    ['straight', 'add a step', '“add a step” names nothing here that could be changed or add'],
    [
      'loop',
      "don't do it for each picture, just for one",
      "“don't do it for each picture, just for one” names nothing h",
    ],
    ['loop', 'half a turn instead of a quarter turn', '“half a turn instead of a quarter turn” names nothing here t'],
    ['choice', 'make it 800 pixels high', '“Resize image” has the height 800 already.'],
    [
      'parallel',
      'do the word count before the keywords',
      '“Count words” and “Find keywords” are in different parts of ',
    ],
    ['caught', 'take the ten first rows only', '“Sort rows” does that already, and what should be different '],
    ['caught', 'twice', '“twice” names nothing here that could be changed or added.'],
    ['caught', 'sort by price and date', '“Sort rows” does that already, and what should be different '],
  ])('%s: %s', (on, text, why) => {
    expect(() => asked(on, text)).toThrow(Problem);
    expect(() => asked(on, text)).toThrow(why);
  });
});

test('a question is answered, and undoing is the editor’s', () => {
  expect(asked('straight', 'what does this do?')).toMatchObject({
    kind: 'answer',
    text: expect.stringContaining('3 steps'),
  });
  expect(asked('straight', 'undo that last change')).toEqual({ kind: 'undo' });
});
