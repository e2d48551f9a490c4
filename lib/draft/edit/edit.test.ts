/** Follow-ups without a model: what is asked, and what becomes of the workflow. */
import { beforeEach, describe, expect, test } from 'vitest';
import { check, functionOf, mappingAt, nodeOf, payloadOf, type WorkflowDocument } from '@/lib/graph';
import { assemble } from '../assemble';
import { planOffline } from '../offline';
import { CATALOGUE, fn } from '../testing/catalogue';
import { applyEdits } from './apply';
import { differenceOf, readable } from './difference';
import { proposeEdit } from './edit';
import { planFix } from './fix';
import { planEditOffline } from './offline';
import { overlay } from './overlay';
import type { EditPlan } from './plan';

const MANIFESTS = [
  ...CATALOGUE,
  fn('turn', 'Rotate picture', 'Rotates a picture by an angle.', 'picture image; degrees integer', 'picture image'),
  fn(
    'to_format',
    'Change format',
    'Converts a picture to another file format.',
    'picture image; format png|webp|jpeg',
    'picture image',
  ),
];
const NOW = new Date('2030-01-01');
let document: WorkflowDocument;

function drafted(prompt: string): WorkflowDocument {
  return assemble(planOffline({ prompt, files: [], manifests: MANIFESTS, now: NOW }), MANIFESTS).document;
}
beforeEach(() => {
  document = drafted('Crop the picture to 300 x 200, convert it to black and white and make a share link');
});

const asked = (text: string, selected: string[] = []) =>
  planEditOffline({ text, document, manifests: MANIFESTS, selected, now: NOW, name: 'W' });
function planned(text: string, selected: string[] = []): EditPlan {
  const answer = asked(text, selected);
  if (answer.kind !== 'edits') throw new Error(`${answer.kind} is no plan`);
  return answer.plan;
}
function changed(text: string, selected: string[] = []) {
  const { document: after, outcomes } = applyEdits(document, planned(text, selected), MANIFESTS);
  expect(outcomes.flatMap(({ why }) => (why ? [why.message] : []))).toEqual([]);
  return after;
}
/** Functions in the order of the graph, each with what it is given. */
const said = ({ graph }: WorkflowDocument) =>
  graph.nodes.map((node) => {
    const manifest = MANIFESTS.find(({ name }) => name === functionOf(node));
    const given = Object.keys(manifest?.input.properties ?? {}).flatMap((name) => {
      const value = mappingAt(payloadOf(node), [name]);
      return value ? [`${name}=${readable(value, node, graph)}`] : [];
    });
    return `${functionOf(node) ?? node.kind}(${given.join(', ')})`;
  });
const errors = (of: WorkflowDocument) => check(of, MANIFESTS).filter(({ severity }) => severity === 'error');
const order = ({ graph }: WorkflowDocument) => {
  const names: string[] = [];
  for (
    let id = graph.startAt;
    id;
    id = graph.edges.find(({ from, kind }) => from === id && kind === 'next')?.to ?? null
  )
    names.push(nodeOf(graph, id)!.name);
  return names;
};

const CROP = 'cropPicture(picture=input picture, width=300, height=200)';

describe('values', () => {
  test.each([
    ['make it 512 wide', '512', '200'],
    ['please change the width to 512', '512', '200'],
    ['double the width', '600', '200'],
    ['set the height to 99', '300', '99'],
    ['replace 300 by 640', '640', '200'],
    ['could you make the cropped picture 640 x 480', '640', '480'],
  ])('%s', (text, width, height) => {
    expect(said(changed(text))[0]).toBe(`cropPicture(picture=input picture, width=${width}, height=${height})`);
  });

  test('a choice of the schema, and the same wish where a step does that already', () => {
    document = drafted('Convert the picture to png format');
    expect(said(changed('use webp instead of png'))).toEqual(['to_format(picture=input picture, format=webp)']);
    expect(said(changed('change the format to jpeg'))).toEqual(['to_format(picture=input picture, format=jpeg)']);
  });
});

describe('steps', () => {
  test('removed in the middle: what read it reads what it read', () => {
    const after = changed('remove the black and white step');
    expect(said(after)).toEqual([CROP, 'sharelink(file=“Crop picture” → picture)']);
    expect(order(after)).toEqual(['Crop picture', 'Make share link']);
    expect(errors(after)).toEqual([]);
  });

  test('removed at the start: an input that nothing reads any more goes too, one that is still read stays', () => {
    const after = changed('delete the crop');
    expect(said(after)[0]).toBe('to_grayscale(picture=input picture)');
    expect(Object.keys(after.input.properties!)).toEqual(['picture']);
  });

  test('the last of a Parallel’s branch: the branch goes, and with it the Parallel that is none any more', () => {
    document = drafted('Extract the text from the PDF, translate it into German and analyze the sentiment');
    expect(said(document)).toContainEqual('parallel()');
    const after = changed('remove the translation');
    expect(after.graph.nodes.map(({ kind }) => kind)).toEqual(['task', 'task']);
    expect(errors(after)).toEqual([]);
  });

  test('added at the end, wired to what is there', () => {
    expect(said(changed('then make a QR code of the link')).at(-1)).toBe('qrcode(content=“Make share link” → url)');
    expect(said(changed('also send me the result by e-mail to a@b.org')).at(-1)).toBe(
      'sendmail(to=a@b.org, body=“Make share link” → url)',
    );
  });

  test('what a new step needs and nobody gave is asked for', () => {
    const after = changed('also look up a patient');
    expect(said(after).at(-1)).toBe('lookupPatient(name=input name)');
    expect(after.input).toMatchObject({ properties: { name: { type: 'string' } } });
    expect(after.input.required).toContain('name');
  });

  test('added in the middle: those after it use what it makes, as changes of their own', () => {
    const plan = planned('rotate the picture by 90 degrees after cropping');
    expect(plan.edits.map(({ kind }) => kind)).toEqual(['add', 'set']);
    const after = applyEdits(document, plan, MANIFESTS).document;
    expect(order(after)).toEqual(['Crop picture', 'Rotate picture', 'Convert to black and white', 'Make share link']);
    expect(said(after)).toContain('turn(picture=“Crop picture” → picture, degrees=90)');
    expect(said(after)).toContain('to_grayscale(picture=“Rotate picture” → picture)');
    const without = applyEdits(document, plan, MANIFESTS, [plan.edits[0]!.id]).document;
    expect(said(without)).toContain('to_grayscale(picture=“Crop picture” → picture)');
  });

  test('before the first', () => {
    const after = changed('rotate it by 90 degrees first');
    expect(order(after)[0]).toBe('Rotate picture');
    expect(said(after)).toContain('cropPicture(picture=“Rotate picture” → picture, width=300, height=200)');
  });

  test('replaced: arguments and readers follow', () => {
    const after = changed('use rotate picture instead of crop');
    expect(said(after)).toContain('turn(picture=input picture, degrees=input degrees)');
    expect(said(after)).toContain('to_grayscale(picture=“Rotate picture” → picture)');
    expect(errors(after)).toEqual([]);
  });

  test('renamed, by name or by selection', () => {
    expect(order(changed('rename the crop to "Smaller"'))[0]).toBe('Smaller');
    expect(order(changed('rename it to Grey', ['convert-to-black-and-white']))[1]).toBe('Grey');
  });

  test('tried again, and waited', () => {
    expect(nodeOf(changed('try again 5 times if the crop fails').graph, 'crop-picture')).toMatchObject({
      retry: expect.arrayContaining([expect.objectContaining({ errorEquals: ['States.ALL'], maxAttempts: 5 })]),
    });
    expect(order(changed('wait 2 minutes before the link'))).toEqual([
      'Crop picture',
      'Convert to black and white',
      'Wait 120 s',
      'Make share link',
    ]);
  });

  test('nobody’s function is shown as missing, never invented', () => {
    const after = changed('then print it on the moon');
    expect(after.graph.nodes.at(-1)).toMatchObject({ resource: 'action-engine:missing' });
  });
});

describe('what fits', () => {
  test('one thing where several are taken is a list of one', () => {
    const zip = fn('pack', 'Zip files', 'Packs files into one zip archive.', 'files texts', 'archive file');
    zip.input.properties!.files = { type: 'array', items: { type: 'string', format: 's3-uri' } };
    const manifests = [...MANIFESTS, zip];
    const answer = planEditOffline({ text: 'also zip it', document, manifests, selected: [], now: NOW, name: 'W' });
    if (answer.kind !== 'edits') throw new Error(answer.kind);
    const after = applyEdits(document, answer.plan, manifests).document;
    const files = mappingAt(payloadOf(after.graph.nodes.at(-1)!), ['files']);
    expect(files).toMatchObject({ kind: 'list', items: [{ kind: 'reference', path: ['picture'] }] });
    expect(check(after, manifests).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('a number in a condition', () => {
    document = drafted(
      'Count the faces in the picture. If there are more than 3 faces, make a share link for the picture',
    );
    const choice = document.graph.nodes.find(({ kind }) => kind === 'choice');
    expect(JSON.stringify(choice)).toContain('> 3');
    expect(JSON.stringify(changed('change 3 to 12').graph)).toContain('> 12');
    expect(() => asked('change 77 to 12')).toThrow(expect.objectContaining({ code: 'EDIT_NOT_UNDERSTOOD' }));
  });

  test('within a loop "it" is each item, and those after it use what is made of it', () => {
    document = drafted('For each picture, crop it to 300 x 200 and convert it to black and white');
    const after = changed('rotate it by 90 degrees first');
    expect(said(after)).toContain('turn(picture=each item, degrees=90)');
    expect(said(after)).toContain('cropPicture(picture=“Rotate picture” → picture, width=300, height=200)');
    expect(errors(after)).toEqual([]);
  });
});

describe('for each', () => {
  test('the input becomes a list, and everything is done for each', () => {
    const after = changed('do it for every picture');
    expect(after.input.properties!.picture).toMatchObject({ type: 'array', items: { format: 's3-uri' } });
    expect(said(after)).toContain('cropPicture(picture=each item, width=300, height=200)');
    expect(after.graph.nodes.filter(({ parent }) => parent === null).map(({ kind }) => kind)).toEqual(['map']);
    expect(errors(after)).toEqual([]);
  });

  test('a step that is named takes those with it that work on what it gives', () => {
    const after = changed('convert to black and white for each picture');
    expect(errors(after).map(({ code }) => code)).not.toContain('REFERENCE_HIDDEN');
  });

  test('over a list that a step gives', () => {
    document = drafted('List the subscribers of the newsletter "weekly", then send an e-mail saying "hi" to a@b.org');
    const after = changed('send the e-mail to each subscriber');
    expect(said(after)).toEqual(['listSubscribers(newsletter=weekly)', 'map()', 'sendmail(to=each item, body=hi)']);
    expect(errors(after)).toEqual([]);
  });
});

describe('several at once, and what is kept of them', () => {
  test('each part of a sentence is a change', () => {
    const plan = planned('make it 512 wide, rename the link to "Share it" and remove the black and white step');
    expect(plan.edits.map(({ kind }) => kind)).toEqual(['set', 'rename', 'remove']);
    const { outcomes, document: after } = applyEdits(document, plan, MANIFESTS, [plan.edits[1]!.id]);
    expect(outcomes.map(({ status }) => status)).toEqual(['left', 'done', 'left']);
    expect(order(after)).toEqual(['Crop picture', 'Convert to black and white', 'Share it']);
    expect(applyEdits(document, plan, MANIFESTS, []).document).toBe(document);
  });

  test('a change that needs one that was left out is refused, the rest is done', () => {
    const plan: EditPlan = {
      ...planned('also look up a patient'),
    };
    const set: EditPlan['edits'][number] = {
      kind: 'rename',
      id: 'later',
      because: null,
      step: plan.edits[0]!.id,
      title: 'Patient',
    };
    const { outcomes } = applyEdits(document, { ...plan, edits: [...plan.edits, set] }, MANIFESTS, ['later']);
    expect(outcomes.map(({ status }) => status)).toEqual(['left', 'refused']);
    expect(outcomes[1]!.why!.hint).toMatch(/keep the change that adds it/);
  });

  test('what is added reads what a removed step was given, and the step itself where it is kept', () => {
    document = drafted('Crop the picture to 300 x 200 and convert it to black and white');
    const plan = planned('remove the black and white step and also make a share link');
    expect(said(applyEdits(document, plan, MANIFESTS).document)).toEqual([
      CROP,
      'sharelink(file=“Crop picture” → picture)',
    ]);
    expect(said(applyEdits(document, plan, MANIFESTS, [plan.edits[1]!.id]).document).at(-1)).toBe(
      'sharelink(file=“Convert to black and white” → picture)',
    );
  });

  test('quotes are never cut', () => {
    expect(planned('rename the crop to "Cut, and then remove everything"').edits).toMatchObject([
      { kind: 'rename', title: 'Cut, and then remove everything' },
    ]);
  });
});

describe('words', () => {
  test.each(['undo', 'undo that last change', 'please undo it'])('%s', (text) => {
    expect(asked(text)).toEqual({ kind: 'undo' });
  });

  test('explains the whole, or one step', () => {
    expect(asked('explain')).toMatchObject({ text: expect.stringMatching(/has 3 steps[\s\S]*1\. “Crop picture”/) });
    expect(asked('what does the crop do?')).toMatchObject({ text: expect.stringMatching(/^“Crop picture”/) });
  });

  test.each(['make it nicer', 'remove the fax', 'hmm'])('%s: not understood, and said how it could be', (text) => {
    expect(() => asked(text)).toThrow(expect.objectContaining({ code: 'EDIT_NOT_UNDERSTOOD' }));
  });

  test('nothing is a problem of its own', async () => {
    await expect(
      proposeEdit({
        text: ' … ',
        document,
        manifests: MANIFESTS,
        selected: [],
        now: NOW,
        name: 'W',
        planner: 'auto',
        faults: null,
      }),
    ).rejects.toMatchObject({ code: 'EDIT_EMPTY' });
  });
});

describe('the difference', () => {
  test('names what changed with what it was and would be', () => {
    const after = changed('make it 512 wide and remove the black and white step');
    expect(differenceOf(document, after)).toEqual({
      steps: [
        { node: 'convert-to-black-and-white', name: 'Convert to black and white', mark: 'removed', fields: [] },
        {
          node: 'crop-picture',
          name: 'Crop picture',
          mark: 'changed',
          fields: [{ field: 'width', from: '300', to: '512' }],
        },
        {
          node: 'make-share-link',
          name: 'Make share link',
          mark: 'changed',
          fields: [{ field: 'file', from: '“Convert to black and white” → picture', to: '“Crop picture” → picture' }],
        },
      ],
      edges: [
        { from: 'Crop picture', to: 'Make share link', mark: 'added' },
        { from: 'Crop picture', to: 'Convert to black and white', mark: 'removed' },
        { from: 'Convert to black and white', to: 'Make share link', mark: 'removed' },
      ],
      inputs: [],
    });
  });

  test('on the canvas what is removed is still there, marked', () => {
    const after = changed('remove the black and white step');
    const { document: shown, marks } = overlay(document, after);
    expect(shown.graph.nodes).toHaveLength(3);
    expect(marks).toMatchObject({ 'convert-to-black-and-white': 'removed', 'make-share-link': 'changed' });
    expect(Object.keys(shown.layout.positions)).toHaveLength(3);
  });

  test('a rename alone does not mark those that refer to the step', () => {
    expect(differenceOf(document, changed('rename the crop to Cut')).steps.map(({ node }) => node)).toEqual([
      'crop-picture',
    ]);
  });
});

describe('mending', () => {
  const scene = () => ({ document, manifests: MANIFESTS, selected: [] });

  test('a missing argument comes from what is there, a text becomes the number that it says', () => {
    const broken = structuredClone(document);
    for (const node of broken.graph.nodes) {
      if (node.kind !== 'task' || node.id === 'convert-to-black-and-white') continue;
      const payload: Record<string, string | number> = node.id === 'crop-picture' ? { width: '300', height: 200 } : {};
      node.arguments = { kind: 'literal', value: { FunctionName: functionOf(node), Payload: payload } };
    }
    document = broken;
    const problems = check(document, MANIFESTS);
    expect(problems.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(2);
    const { document: after } = applyEdits(document, planFix(scene(), { problems, failure: null }), MANIFESTS);
    expect(errors(after)).toEqual([]);
    expect(said(after)[0]).toBe(CROP);
  });

  test('an error that passes is tried again; another is told', () => {
    const failure = { node: 'crop-picture', error: 'States.Timeout', cause: '' };
    expect(planFix(scene(), { problems: [], failure }).edits).toMatchObject([{ kind: 'retry', step: 'crop-picture' }]);
    const other = planFix(scene(), {
      problems: [],
      failure: { ...failure, error: 'BadImage', cause: 'not a picture' },
    });
    expect(other.edits).toEqual([]);
    expect(other.notes.join()).toMatch(/“Crop picture” failed with BadImage: not a picture/);
  });
});
