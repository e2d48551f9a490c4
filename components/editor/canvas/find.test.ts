import { describe, expect, test } from 'vitest';
import { compile, decompile } from '@/lib/compile';
import { emptyDocument, type WorkflowDocument } from '@/lib/graph';
import { findIn, replaceIn } from './find';

const INVOKE = 'arn:aws:states:::lambda:invoke';
const machine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Read photo',
  States: {
    'Read photo': {
      Comment: 'The photo of the day',
      Type: 'Task',
      Resource: INVOKE,
      Arguments: {
        FunctionName: 'readphoto',
        Payload: { url: '{% $states.context.Execution.Input.photo %}', kind: 'photo', sizes: ['photo.big', 7] },
      },
      Assign: { photo: '{% $states.result.Payload %}' },
      Retry: [{ ErrorEquals: ['PhotoLost'] }],
      Next: 'Large?',
    },
    'Large?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $photo.width > 100 %}', Comment: 'a large photo', Next: 'Show photo' }],
      Default: 'Show photo',
    },
    'Show photo': { Type: 'Pass', Output: '{% $uppercase($photo.title) %}', End: true },
  },
};
const document = (): WorkflowDocument => ({
  ...emptyDocument(),
  graph: decompile(machine).graph!,
  notes: [{ id: 'n', text: 'Ask Ann for a Photo', x: 0, y: 0, width: 1, height: 1 }],
});
const any = (text: string) => ({ text, matchCase: false });

describe('finding', () => {
  test('goes through names, comments, functions, arguments, expressions, errors and notes', () => {
    const found = findIn(document(), any('photo'));
    expect(found.map(({ what }) => what)).toEqual([
      'Name',
      'Comment',
      'Name of a kept value',
      'Function',
      'Input: url',
      'Input: kind',
      'Input: sizes.0',
      'Retry 1',
      'Rule 1',
      'Rule 1',
      'Name',
      'Output',
      'Note',
    ]);
  });
  test('tells capitals apart where it is asked to, and takes signs as they are', () => {
    expect(findIn(document(), { text: 'Photo', matchCase: true }).map(({ what }) => what)).toEqual(['Retry 1', 'Note']);
    expect(findIn(document(), any('large?')).map(({ what }) => what)).toEqual(['Name']);
    expect(findIn(document(), any(''))).toEqual([]);
  });
});

describe('replacing', () => {
  const definitionOf = (made: WorkflowDocument) => compile(made.graph).definition as unknown as typeof machine;
  test('everywhere at once; a name takes with it what leads to the step', () => {
    const { document: made, replaced, refused } = replaceIn(document(), any('photo'), 'image');
    expect(refused).toEqual([]);
    expect(replaced).toBe(13);
    const { States, StartAt } = definitionOf(made) as unknown as { StartAt: string; States: Record<string, never> };
    expect(StartAt).toBe('Read image');
    expect(States['Read image']).toMatchObject({
      Comment: 'The image of the day',
      Arguments: {
        FunctionName: 'readimage',
        Payload: { url: '{% $states.context.Execution.Input.image %}', kind: 'image', sizes: ['image.big', 7] },
      },
      Retry: [{ ErrorEquals: ['imageLost'] }],
    });
    expect(States['Read image']).toMatchObject({ Assign: { image: '{% $states.result.Payload %}' } });
    expect(States['Show image']).toMatchObject({ Output: '{% $uppercase($image.title) %}' });
    expect(made.notes[0]!.text).toBe('Ask Ann for a image');
  });
  test('in one place only', () => {
    const before = document();
    const only = findIn(before, any('photo')).find(({ what }) => what === 'Input: kind')!;
    const { document: made, replaced } = replaceIn(before, any('photo'), 'image', only);
    expect(replaced).toBe(1);
    expect(definitionOf(made)).toEqual({
      ...machine,
      States: {
        ...machine.States,
        'Read photo': {
          ...machine.States['Read photo'],
          Arguments: {
            ...machine.States['Read photo'].Arguments,
            Payload: { ...machine.States['Read photo'].Arguments.Payload, kind: 'image' },
          },
        },
      },
    });
  });
  test('a name that another step has is refused, the rest is done', () => {
    const { document: made, replaced, refused } = replaceIn(document(), any('read'), 'Show');
    expect(refused).toHaveLength(1);
    expect(replaced).toBe(1);
    expect(made.graph.nodes.map(({ name }) => name)).toContain('Read photo');
  });
  test('what does not occur leaves the document as it is', () => {
    const before = document();
    expect(replaceIn(before, any('zebra'), 'horse').document).toBe(before);
  });
});
