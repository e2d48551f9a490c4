/** Rules of wiring and choice, each in words and functions of its own: what is spoken of, asked for, looked up, caught. */
import { expect, test } from 'vitest';
import { assemble } from '../assemble';
import type { AttachedFile, DraftPlan } from '../plan';
import { CATALOGUE, fn } from '../testing/catalogue';
import { lines } from '../testing/lines';
import { planOffline } from './index';

const NOW = new Date('2026-11-22T12:00:00');
const files: AttachedFile[] = [];
const MORE = [
  ...CATALOGUE,
  fn('fingerprint', 'Fingerprint', 'Computes the checksum of a file.', 'file file', 'checksum text; bytes integer'),
  fn('keepnote', 'Keep note', 'Keeps a text as a note.', 'text text', 'file file'),
  fn('xmltoyaml', 'XML to YAML', 'Converts data between XML and YAML.', 'source text', 'yaml text'),
  fn('yamltoxml', 'YAML to XML', 'Converts data between YAML and XML.', 'source text', 'xml text'),
  fn('measurepicture', 'Measure', 'Tells how big a picture is.', 'picture image', 'width integer; height integer'),
  fn('paintgray', 'Gray', 'Makes a picture gray, without colours.', 'picture image', 'picture image'),
  fn('find_cabins', 'Find cabins', 'Searches for cabins.', 'place text', 'cabin_code text; price number'),
  fn('book_cabins', 'Book cabins', 'Books a cabin.', 'place text; cabin_code text', 'receipt text'),
  fn('engrave', 'Engrave', 'Engraves something on a plate.', '', 'plate text'),
  fn('ringbell', 'Ring bell', 'Rings the bell with a message.', 'message text', 'rung boolean'),
  fn(
    'pickrows',
    'Pick rows',
    'Picks those rows of a table that fit a condition.',
    'rows objects; column text; operator equals|greater|less; value number',
    'rows objects',
  ),
];
const plan = (prompt: string): DraftPlan => planOffline({ prompt, files, manifests: MORE, now: NOW });

test.each<[string, string[]]>([
  // "it" is what was made last, although its name fits less
  ['Fingerprint the file and keep it as a note', ['fingerprint(file=?file)', 'keepnote(text=@fingerprint.checksum)']],
  // the order of the two sides tells which conversion
  ['Convert the YAML to XML', ['yamltoxml(source=?source)']],
  ['Convert the XML to YAML', ['xmltoyaml(source=?source)']],
  // a question asks for what a function gives
  ['What is the width of the picture?', ['measurepicture(picture=?picture)']],
  // the word behind the object tells what is to be done
  ['Turn the picture gray', ['paintgray(picture=?picture)']],
  // no file is attached, and its kind says what reads it
  ['Summarize the pdf', ['pdf2text(document=?document)', 'summarize(text=@pdf2text.text)']],
  // a column, an operator and a value
  ['Pick the rows where depth is above 9', ['pickrows(rows=?rows, column=depth, operator=greater, value=9)']],
])('%s', (prompt, expected) => expect(lines(plan(prompt))).toEqual(expected));

test('what is booked is found first, where its code is wanted and nobody gave it', () => {
  const { steps } = plan('Book a cabin in Oslo');
  expect(steps.map((step) => step.id)).toEqual(['find_cabins', 'book_cabins']);
});

test('a function that does not tell its inputs waits for the step that the words speak of', () => {
  const { steps } = plan('Fingerprint the file, then engrave the checksum');
  expect(steps.map(({ id, after }) => [id, after])).toEqual([
    ['fingerprint', []],
    ['engrave', ['fingerprint']],
  ]);
});

test('an opening that says what all of it is for is no step', () => {
  const { steps } = plan('I need help with some pictures for my notes. First, fingerprint the file. Ring the bell.');
  expect(steps.map(({ id }) => id)).toEqual(['fingerprint', 'ringbell']);
});

test('“if it fails” is caught: the step leads there, and what it gave is not used', () => {
  const made = plan('Fingerprint the file; if it fails, ring the bell with "no file"');
  expect(made.steps.map(({ id, inside }) => [id, inside])).toEqual([
    ['fingerprint', null],
    ['ringbell', { step: 'fingerprint', branch: 'failed' }],
  ]);
  const { document, diagnostics } = assemble(made, MORE);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [first, then] = document.graph.nodes;
  expect(first).toMatchObject({ catchers: [{ errorEquals: ['States.ALL'] }] });
  expect(document.graph.edges).toEqual([
    expect.objectContaining({ from: first!.id, kind: 'catch', index: 0, to: then!.id }),
  ]);
});
