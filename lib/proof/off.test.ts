/** Steps that are switched off: what runs, what is read back, what is told. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateDefinition } from '@/lib/asl/validate';
import type { JsonObject } from '@/lib/base/json';
import { compile, decompile, definitionText } from '@/lib/compile';
import { runToEnd } from '@/lib/engine/driver';
import { machineOf, options, scope } from '@/lib/engine/random-machines';
import type { Machine } from '@/lib/engine/types';
import { check, fixesFor, passedBy, running, setOff, stuckOn, type Workflow, type WorkflowDocument } from '@/lib/graph';
import { prove } from './prove';

const graphOf = (definition: object): Workflow => {
  const { graph } = decompile(definition);
  if (!graph) throw new Error('not readable');
  return graph;
};
const documentOf = (definition: object): WorkflowDocument => ({
  graph: graphOf(definition),
  layout: { positions: {}, collapsed: [] },
  notes: [],
  input: { type: 'object', properties: {} },
});
const statesOf = (graph: Workflow) => compile(graph).definition.States as Record<string, JsonObject>;
const idOf = (graph: Workflow, name: string) => graph.nodes.find((node) => node.name === name)!.id;

type Plans = Parameters<typeof machineOf>[0];
/** A loop that counts would count for ever with its counter off. */
const endless = (plans: Plans): boolean =>
  plans.some(
    (plan) =>
      plan.kind === 'loop' ||
      ('plan' in plan && endless(plan.plan)) ||
      ('branches' in plan && plan.branches.some((branch) => endless(branch))),
  );

test('any steps of any machine may be off: it is valid, runs without them, and is the same when they are on again', async () => {
  await fc.assert(
    fc.asyncProperty(
      scope.filter((plans) => !endless(plans)),
      fc.infiniteStream(fc.boolean()),
      async (plans, coins) => {
        const whole = graphOf(machineOf(plans));
        const wished = whole.nodes.filter((node) => coins.next().value && !stuckOn(whole, node)).map(({ id }) => id);
        const { graph } = setOff({ graph: whole }, wished, true);
        const { definition, diagnostics } = compile(graph);
        expect(diagnostics).toEqual([]);
        const errors = validateDefinition(definitionText(definition)).filter(({ severity }) => severity === 'ERROR');
        expect(errors).toEqual([]);

        // What the text says is read back with what is off, word for word.
        expect(decompile(definition, graph).graph).toEqual(graph);
        expect(compile(setOff({ graph }, wished, false).graph).definition).toEqual(compile(whole).definition);

        const { events, status } = await runToEnd(definition as Machine, 1, options);
        const entered = new Set(events.flatMap(({ stateEnteredEventDetails: at }) => (at ? [at.name] : [])));
        const byName = new Map(graph.nodes.map((node) => [node.name, node]));
        const owners = passedBy(graph);
        for (const name of entered) {
          const node = byName.get(String(name))!;
          const owner = owners.get(node.id);
          expect(owner === undefined || owner === node.id).toBe(true);
        }
        if (wished.length === whole.nodes.length) expect(status).toBe('SUCCEEDED');
      },
    ),
    { numRuns: 150 },
  );
});

const caught = {
  QueryLanguage: 'JSONata',
  StartAt: 'Fetch',
  States: {
    Fetch: {
      Type: 'Task',
      Comment: 'The price list',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'fetch', Payload: {} },
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Tell' }],
      Assign: { list: '{% $states.result.Payload %}' },
      Next: 'Save',
    },
    Save: { Type: 'Pass', Output: '{% $states.input %}', End: true },
    Tell: { Type: 'Pass', Next: 'Give up' },
    'Give up': { Type: 'Fail' },
  },
};

describe('a step that is off', () => {
  const graph = graphOf(caught);
  const off = setOff({ graph }, [idOf(graph, 'Fetch')], true).graph;

  test('is a Pass that leads on; what only its catcher led to is left out', () => {
    expect(statesOf(off)).toEqual({
      Fetch: { Type: 'Pass', Comment: 'Switched off. The price list', Next: 'Save' },
      Save: caught.States.Save,
    });
    expect([...passedBy(off).keys()].sort()).toEqual(
      [idOf(graph, 'Fetch'), idOf(graph, 'Tell'), idOf(graph, 'Give up')].sort(),
    );
    expect(running(graph)).toBe(graph);
  });

  test('keeps what it was through an edit of the text beside it, and through one of its comment', () => {
    const text = structuredClone(compile(off).definition) as typeof caught;
    text.States.Save.Output = '{% 1 %}';
    text.States.Fetch.Comment = 'Switched off. Prices';
    const read = decompile(text, off).graph!;
    const on = setOff({ graph: read }, [idOf(graph, 'Fetch')], false).graph;
    expect(compile(on).definition).toEqual({
      ...caught,
      States: {
        ...caught.States,
        Fetch: { ...caught.States.Fetch, Comment: 'Prices' },
        Save: { ...caught.States.Save, Output: '{% 1 %}' },
      },
    });
  });

  test('is what its text was made into, when that was changed', () => {
    const text = structuredClone(compile(off).definition) as { States: Record<string, JsonObject> };
    text.States.Fetch = { ...text.States.Fetch, Output: { n: 1 } } as JsonObject;
    const read = decompile(text, off).graph!;
    expect(read.nodes.find(({ name }) => name === 'Fetch')).toMatchObject({ kind: 'pass' });
    expect(read.nodes.some((node) => node.off)).toBe(false);
  });

  test('that another reads is told, with both ways out', async () => {
    const reading = structuredClone(caught);
    reading.States.Save.Output = '{% $list %}';
    const document = documentOf(reading);
    const fetch = idOf(document.graph, 'Fetch');
    const broken = setOff(document, [fetch], true);
    const [problem] = check(broken, []);
    expect(problem).toMatchObject({
      code: 'STEP_OFF_READ',
      severity: 'error',
      message: expect.stringMatching(/^"Save" uses \$list, which "Fetch" sets/),
      at: { node: idOf(document.graph, 'Save') },
    });
    const fixes = fixesFor(broken, problem!, []);
    expect(fixes.map(({ label }) => label)).toEqual(['Switch “Fetch” on', 'Switch “Save” off as well']);
    for (const { apply } of fixes)
      expect(check(apply(broken).document, []).filter(({ code }) => code.startsWith('STEP_OFF'))).toEqual([]);
    expect((await prove(broken, [])).ok).toBe(false);
  });
});

test('a choice that is off goes its default way; one without any stays on', () => {
  const choosing = {
    QueryLanguage: 'JSONata',
    StartAt: 'Large?',
    States: {
      'Large?': { Type: 'Choice', Choices: [{ Condition: '{% $states.input > 9 %}', Next: 'A' }], Default: 'B' },
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Succeed' },
    },
  };
  const graph = graphOf(choosing);
  const off = setOff({ graph }, [idOf(graph, 'Large?'), idOf(graph, 'B')], true).graph;
  expect(statesOf(off)).toEqual({
    'Large?': { Type: 'Pass', Comment: 'Switched off.', Next: 'B' },
    B: { Type: 'Succeed' },
  });
  expect(decompile(compile(off).definition, off).graph).toEqual(off);

  const { Default: _default, ...without } = choosing.States['Large?'];
  const document = documentOf({ ...choosing, States: { ...choosing.States, 'Large?': without } });
  const id = idOf(document.graph, 'Large?');
  expect(setOff(document, [id], true)).toBe(document);
  // Its default way was taken from it while it was off.
  const nodes = document.graph.nodes.map((node) => (node.id === id ? { ...node, off: true as const } : node));
  const stuck = { ...document, graph: { ...document.graph, nodes } };
  expect(check(stuck, []).map(({ code }) => code)).toContain('STEP_STUCK_ON');
  expect(statesOf(stuck.graph)['Large?']).toMatchObject({ Type: 'Choice' });
});
