import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '@/lib/base/json';
import { parseText, pathAt, placeOf, type TextFormat } from './parse-text';
import { patchText, replacementOf, writeText } from './patch-text';

const JSON_TEXT = `{
    "Comment": "hand made",
    "States": {
        "Load": { "Type": "Task", "Resource": "\${LoadFunctionArn}", "Next": "Done" },
        "Done": {
            "Type": "Succeed"
        }
    },
    "StartAt": "Load",
    "X-Owner": ["me", "you"]
}
`;
const YAML_TEXT = `# What the night job does
Comment: 'hand made'   # in quotes
StartAt: Load

States:
  # reads the file
  Load:
    Type: Task
    Resource: !GetAtt LoadFunction.Arn   # filled in by SAM
    Retry:
    - ErrorEquals: [States.Timeout]
      MaxAttempts: 2
    Next: Done
  Done: {Type: Succeed}
`;
const said = (text: string, format: TextFormat) => {
  const { root, faults } = parseText(text, format);
  expect(faults).toEqual([]);
  return structuredClone(root!.value) as JsonObject & { States: { [name: string]: JsonObject } };
};
const linesGone = (before: string, after: string) => {
  const left = after.split('\n');
  return before.split('\n').filter((line) => !left.includes(line));
};

test('a text that says the definition already is left as it is, in whatever order and dress', () => {
  expect(patchText(JSON_TEXT, 'json', said(JSON_TEXT, 'json'))).toBe(JSON_TEXT);
  expect(patchText(YAML_TEXT, 'yaml', said(YAML_TEXT, 'yaml'))).toBe(YAML_TEXT);
});

test('one field of JSON: one line', () => {
  const definition = said(JSON_TEXT, 'json');
  definition.States.Done!.Comment = 'over';
  expect(patchText(JSON_TEXT, 'json', definition)).toBe(
    JSON_TEXT.replace('"Type": "Succeed"\n', '"Type": "Succeed",\n            "Comment": "over"\n'),
  );
});

test('a step that comes, in JSON: the indentation of its neighbours, the rest untouched', () => {
  const definition = said(JSON_TEXT, 'json');
  definition.States.Load!.Next = 'Wait';
  definition.States.Wait = { Type: 'Wait', Seconds: 3, Next: 'Done' };
  const patched = patchText(JSON_TEXT, 'json', definition);
  expect(linesGone(JSON_TEXT, patched)).toHaveLength(1); // Load's own
  expect(patched).toContain('        "Wait": {\n            "Type": "Wait",');
  expect(patched).toContain('"Resource": "${LoadFunctionArn}", "Next": "Wait" }');
  expect(said(patched, 'json')).toEqual(definition);
});

test('YAML keeps its comments, quotes, short forms and blank lines', () => {
  const definition = said(YAML_TEXT, 'yaml');
  expect(definition.States.Load!.Resource).toEqual({ 'Fn::GetAtt': ['LoadFunction', 'Arn'] });
  definition.States.Load!.TimeoutSeconds = 30;
  (definition.States.Load!.Retry as JsonObject[])[0]!.MaxAttempts = 5;
  definition.States.Done = { Type: 'Pass', Result: { a: [1, 2], text: 'two\nlines' }, End: true };
  const patched = patchText(YAML_TEXT, 'yaml', definition);
  expect(linesGone(YAML_TEXT, patched)).toEqual(['      MaxAttempts: 2', '  Done: {Type: Succeed}']);
  expect(patched).toContain('    TimeoutSeconds: 30\n');
  expect(said(patched, 'yaml')).toEqual(definition);
});

test('a renamed step keeps the comments inside it', () => {
  const definition = said(YAML_TEXT, 'yaml');
  const { Load, Done } = definition.States;
  const renamed = { ...definition, StartAt: 'Fetch', States: { Fetch: Load!, Done: Done! } };
  const patched = patchText(YAML_TEXT, 'yaml', renamed);
  expect(linesGone(YAML_TEXT, patched)).toEqual(['StartAt: Load', '  Load:']);
  expect(patched).toContain('# filled in by SAM');
});

test('taking steps away leaves the others, first, last and in between', () => {
  for (const format of ['json', 'yaml'] as const) {
    const States = Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [name, { Type: 'Pass', End: true }]));
    const text = writeText({ StartAt: 'A', States }, format);
    for (const gone of [['A'], ['D'], ['B', 'C'], ['C', 'D'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D']]) {
      const left = Object.fromEntries(Object.entries(States).filter(([name]) => !gone.includes(name)));
      expect(said(patchText(text, format, { StartAt: 'A', States: left }), format)).toEqual({
        StartAt: 'A',
        States: left,
      });
    }
  }
});

test('a fault has its line and column, and more than the first is found where that can be', () => {
  expect(parseText('{\n  "StartAt": "A",\n  "States": {,}\n}', 'json').faults).toMatchObject([{ line: 3, column: 14 }]);
  expect(parseText('{"a": 1, "a": 2}', 'json').faults[0]).toMatchObject({
    column: 10,
    message: '"a" stands here twice.',
  });
  expect(parseText('StartAt: A\nStates:\n  A: {Type: Pass\n', 'yaml').faults[0]!.line).toBeGreaterThanOrEqual(3);
  expect(parseText('', 'json').faults).toHaveLength(1);
  expect(parseText('a: *nobody', 'yaml').faults).toHaveLength(1);
  for (const text of ['{', '[1', '{"a"', '{"a":', '{"a":1', '{a:1}', "{'a':1}", '{"a":1,}', '1 2', '{"a": 01}', '// x'])
    expect(parseText(text, 'json').faults, text).toHaveLength(1);
});

test('JSON is what JSON.parse takes, and no more', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseText(text, 'json').root?.value).toEqual(JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', '}', '"', ' ', '0', '\\'), (value, at, put) => {
      const whole = JSON.stringify(value);
      const text = whole.slice(0, at % whole.length) + put + whole.slice((at % whole.length) + 1);
      let takes = true;
      try {
        JSON.parse(text);
      } catch {
        takes = false;
      }
      const { root, faults } = parseText(text, 'json');
      expect(root !== null && faults.every(({ message }) => message.endsWith('twice.')), text).toBe(takes);
    }),
  );
});

test('any definition patched into any other reads as that other', () => {
  const name = fc.constantFrom('A', 'B', 'Type', 'States', 'two words', 'x: y', '- z', '#', '12', 'true');
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Json>(
        1,
        2.5,
        null,
        true,
        '',
        'plain',
        'a: b',
        '# no',
        '{% $x %}',
        'two\nlines\n',
        ' blank ',
        '${Arn}',
      ),
      fc.dictionary(name, tie('json'), { maxKeys: 4, noNullPrototype: true }),
      fc.array(tie('json'), { maxLength: 4 }),
    ),
  })).json;
  const definition = fc.dictionary(name, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });
  for (const format of ['json', 'yaml'] as const)
    fc.assert(
      fc.property(definition, definition, (before, after) => {
        const text = writeText(before, format);
        expect(said(patchText(text, format, after), format)).toEqual(after);
      }),
      { numRuns: 300 },
    );
});

test('a place and its path are found in both directions', () => {
  for (const [text, format] of [
    [JSON_TEXT, 'json'],
    [YAML_TEXT, 'yaml'],
  ] as const) {
    const { root } = parseText(text, format);
    const place = placeOf(root, ['States', 'Load', 'Next'])!;
    expect(text.slice(place.from, place.to)).toMatch(/^"?Next"?: "?Done"?$/);
    expect(pathAt(root, place.to - 1)).toEqual(['States', 'Load', 'Next']);
    expect(placeOf(root, ['States', 'Load', 'Nothing', 'here'])!.exact).toBe(false);
  }
});

test('an editor is told the smallest replacement', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const edit = replacementOf(before, after);
      expect(edit ? before.slice(0, edit.from) + edit.insert + before.slice(edit.to) : before).toBe(after);
    }),
  );
  expect(replacementOf('abc', 'abXc')).toEqual({ from: 2, to: 2, insert: 'X' });
});
