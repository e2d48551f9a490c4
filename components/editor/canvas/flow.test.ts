import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@/lib/base/json';
import { FunctionManifest } from '@/lib/functions/manifest';
import {
  addCatcher,
  addNode,
  emptyDocument,
  layout,
  newNode,
  renameNode,
  setArgument,
  setField,
  taskForFunction,
  type WorkflowDocument,
} from '@/lib/graph';
import { createFlow, type Dragged, END, START } from './flow';
import { neighbourOf } from './navigate';
import { edgeText, ruleText, summaryOf } from './summary';

const none = new Set<string>();
const still: Dragged = new Map();
const placed = (document: WorkflowDocument) => ({ ...document, layout: layout(document) });

function sample() {
  const wait = addNode(emptyDocument(), newNode('wait'), { into: null });
  const loop = addNode(wait.document, newNode('map'), { into: null });
  const inner = addNode(loop.document, newNode('pass'), { into: { id: loop.id, branch: 0 } });
  return { document: placed(inner.document), wait: wait.id, loop: loop.id, inner: inner.id };
}

describe('createFlow', () => {
  test('containers come before what they hold; start and end frame the whole', () => {
    const { document, wait, loop, inner } = sample();
    const { nodes, edges } = createFlow()(document, none, null, still, false);
    expect(nodes.map(({ id }) => id)).toEqual([wait, loop, inner, START, END]);
    expect(nodes.find(({ id }) => id === inner)?.parentId).toBe(loop);
    expect(edges.map(({ source, target }) => `${source}>${target}`)).toEqual([
      `${wait}>${loop}`,
      `${START}>${wait}`,
      `${loop}>${END}`,
    ]);
  });

  test('what says the same is the same object: one edit repaints one step', () => {
    const { document, wait, loop } = sample();
    const flow = createFlow();
    const before = flow(document, none, null, still, false);
    const after = flow(setField(document, wait, 'comment', 'x').document, none, null, still, false);
    const changed = after.nodes.filter((node, i) => node !== before.nodes[i]).map(({ id }) => id);
    expect(changed).toEqual([wait]);
    const selected = flow(document, new Set([loop]), null, still, false);
    expect(selected.nodes.find(({ id }) => id === loop)?.selected).toBe(true);
  });

  test('a folded container hides what it holds', () => {
    const { document, loop, inner } = sample();
    const folded = placed({ ...document, layout: { ...document.layout, collapsed: [loop] } });
    const { nodes } = createFlow()(folded, none, null, still, false);
    expect(nodes.some(({ id }) => id === inner)).toBe(false);
    expect(nodes.find(({ id }) => id === loop)?.type).toBe('step');
  });

  test('an empty workflow is a start and an end with one way between them', () => {
    const { nodes, edges } = createFlow()(emptyDocument(), none, null, still, false);
    expect(nodes.map(({ id }) => id)).toEqual([START, END]);
    expect(edges).toHaveLength(1);
  });

  test('every edge leaves by a handle that its step has', () => {
    const { document, loop } = sample();
    const fail = addNode(document, newNode('fail'), { loose: null });
    const caught = placed(addCatcher(fail.document, loop, undefined, fail.id).document);
    const { nodes, edges } = createFlow()(caught, none, null, still, false);
    for (const edge of edges) {
      expect(nodes.find(({ id }) => id === edge.source)?.handles?.map(({ id }) => id)).toContain(edge.sourceHandle);
      expect(nodes.find(({ id }) => id === edge.target)?.handles?.map(({ id }) => id)).toContain(edge.targetHandle);
    }
  });
});

test('arrow keys go to the nearest step in their direction', () => {
  const { document, wait, loop, inner } = sample();
  expect(neighbourOf(document, wait, 'down')).toBe(loop);
  expect(neighbourOf(document, loop, 'down')).toBe(inner);
  expect(neighbourOf(document, inner, 'up')).toBe(loop);
  expect(neighbourOf(document, wait, 'up')).toBeNull();
});

describe('in a few words', () => {
  test('a rule, in both languages', () => {
    expect(
      ruleText({
        condition: {
          language: 'JSONata',
          value: { kind: 'expression', text: ' $states.context.Execution.Input.total > 100 ' },
        },
      }),
    ).toBe('input.total > 100');
    expect(
      ruleText({
        condition: {
          language: 'JSONPath',
          value: {
            And: [{ Variable: '$.n', NumericGreaterThanEquals: 1 }, { Not: { Variable: '$.ok', BooleanEquals: true } }],
          },
        },
      }),
    ).toBe('n ≥ 1 and not (ok = true)');
    const rule = (value: JsonObject) => ruleText({ condition: { language: 'JSONPath', value } });
    expect(
      rule({
        And: [
          { Variable: '$.a', BooleanEquals: true },
          {
            Or: [
              { Variable: '$.code', StringEquals: '7' },
              { Variable: '$.n', NumericLessThanPath: '$.limit' },
            ],
          },
        ],
      }),
    ).toBe('a = true and (code = "7" or n < limit)');
  });
  test('a resource that a template fills in', () => {
    const extra = { Resource: { 'Fn::GetAtt': ['Fetch', 'Arn'] } };
    const task = { id: 'a', name: 'A', parent: null, kind: 'task', resource: '', extra } as const;
    expect(summaryOf(task, undefined)).toBe('!GetAtt Fetch.Arn');
    expect(summaryOf({ ...task, extra: undefined }, undefined)).toBe('No function chosen');
  });
  test('a catcher', () => {
    const { document, loop } = sample();
    const fail = addNode(document, newNode('fail'), { loose: null });
    const { document: caught } = addCatcher(fail.document, loop, { errorEquals: ['States.Timeout', 'X'] }, fail.id);
    const edge = caught.graph.edges.find(({ kind }) => kind === 'catch');
    expect(
      edge &&
        edgeText(
          edge,
          caught.graph.nodes.find(({ id }) => id === loop),
        ),
    ).toBe('on States.Timeout +1');
  });
  test('a wait', () => {
    expect(summaryOf(newNode('wait'), undefined)).toBe('5 s');
  });
  test('a step that is called as its function says what was set; one with a name of its own says the function', () => {
    const shrink = FunctionManifest.parse({
      name: 'shrink',
      title: 'Shrink',
      description: 'Makes a picture smaller',
      category: 'Images',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      input: { type: 'object', properties: { width: { type: 'integer', title: 'Width' }, mode: { type: 'string' } } },
      output: { type: 'object', properties: {} },
    });
    const made = addNode(emptyDocument(), taskForFunction(shrink, { id: 't' }), { into: null }).document;
    const told = (document: WorkflowDocument) => summaryOf(document.graph.nodes[0]!, shrink);
    expect(told(made)).toBe('Images');
    const wide = setArgument(made, 't', ['width'], { kind: 'literal', value: 512 }).document;
    expect(told(setArgument(wide, 't', ['mode'], { kind: 'literal', value: 'fast' }).document)).toBe(
      'Width 512 · fast',
    );
    expect(told(renameNode(wide, 't', 'Smaller').document)).toBe('Shrink');
  });
});
