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
  fn('stamp', 'Stamp', 'Puts a stamp of words on a picture.', 'picture image; text text', 'picture image'),
  fn('sendletter', 'Send letter', 'Sends a letter.', 'to email; subject text; text text', 'sent boolean'),
  fn('lendfile', 'Lend file', 'Makes an address of a file for others.', 'file file', 'address url'),
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
  // what is put on the result is told by the word before it
  ['Stamp the picture saying DRAFT on the corner', ['stamp(picture=?picture, text=DRAFT)']],
  // subject and text are told apart by the words before them
  [
    'Send a letter to bo@example.com with the subject Moon tonight saying we meet at the mill',
    ['sendletter(to=bo@example.com, subject=Moon tonight, text=we meet at the mill)'],
  ],
  // who asks for a thing gets what gives it
  ['Fingerprint the file and give me an address of the file', ['fingerprint(file=?file)', 'lendfile(file=?file)']],
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

test('of two functions of the same words the one is taken whose inputs the given values fit', () => {
  const orders = [
    fn('tree_by_plot', 'Order a tree', 'Orders a tree.', 'plot integer; depth integer', 'receipt text'),
    fn('tree_by_mail', 'Order a tree', 'Orders a tree.', 'address email', 'receipt text'),
  ];
  const chosen = (prompt: string) =>
    planOffline({ prompt, files, manifests: [...MORE, ...orders], now: NOW }).steps.map(({ id }) => id);
  expect(chosen('Order a tree for ann@example.com')).toEqual(['tree_by_mail']);
  expect(chosen('Order a tree for plot 12 at a depth of 40')).toEqual(['tree_by_plot']);
});

test('of two functions of the same words the one is taken whose inputs are named', () => {
  const boats = [
    fn('boat_a', 'Hire a boat', 'Hires a boat.', 'oars text', 'receipt text'),
    fn('boat_b', 'Hire a boat', 'Hires a boat.', 'sails text', 'receipt text'),
  ];
  const chosen = (prompt: string) =>
    planOffline({ prompt, files, manifests: [...MORE, ...boats], now: NOW }).steps.map(({ id }) => id);
  expect(chosen('Hire a boat with sails')).toEqual(['boat_b']);
  expect(chosen('Hire a boat with oars')).toEqual(['boat_a']);
});

test('what stands in the words of a step is given to it, not what an earlier step happens to give', () => {
  const checks = [
    fn('find_inn', 'Find an inn', 'Finds an inn by its name.', 'inn text', 'location text; stars integer'),
    fn('probe_safety', 'Probe safety', 'Probes the safety of a mill.', 'location text', 'safe boolean'),
  ];
  const made = planOffline({
    prompt: "Find the inn 'Red Fox'. Then probe the safety of the mill at 'Elm Hill'.",
    files,
    manifests: [...MORE, ...checks],
    now: NOW,
  });
  expect(lines(made)).toEqual(['find_inn(inn=Red Fox)', 'probe_safety(location=Elm Hill)']);
});
