import { describe, expect, test } from 'vitest';
import {
  addNode,
  apply,
  connect,
  disconnect,
  duplicateNodes,
  emptyDocument,
  fingerprint,
  invert,
  layout,
  moveNodes,
  moveTo,
  type Named,
  newNode,
  operationOf,
  removeNodes,
  renameNode,
  setNote,
  setWorkflowField,
  type WorkflowDocument,
} from '.';

/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const KINDS = ['pass', 'map', 'parallel', 'choice', 'wait'] as const;

function randomEdit(document: WorkflowDocument, roll: (sides: number) => number): WorkflowDocument {
  const { nodes, edges } = document.graph;
  const one = () => nodes[roll(nodes.length)]!;
  try {
    if (nodes.length > 24) return removeNodes(document, [one().id, one().id]).document;
    switch (roll(11)) {
      case 0:
      case 1:
        return addNode(
          document,
          newNode(KINDS[roll(KINDS.length)]!),
          nodes.length ? { after: one().id } : { into: null },
        ).document;
      case 2:
        return nodes.length > 12 ? removeNodes(document, [one().id, one().id]).document : document;
      case 3:
        return moveTo(document, { [one().id]: { x: roll(900), y: roll(900) } }).document;
      case 4:
        return renameNode(document, one().id, `Step ${roll(10_000)}`).document;
      case 5:
        return connect(document, one().id, one().id).document;
      case 6:
        return edges.length > 4 ? disconnect(document, edges[roll(edges.length)]!.id).document : document;
      case 7:
        return duplicateNodes(document, [one().id]).document;
      case 8:
        return setNote(document, {
          id: `n${roll(4)}`,
          text: `note ${roll(99)}`,
          x: roll(99),
          y: 0,
          width: 220,
          height: 96,
        }).document;
      case 9: {
        const container = nodes.filter(({ kind }) => kind === 'map')[0];
        return container ? moveNodes(document, [one().id], { id: container.id, branch: 0 }).document : document;
      }
      default:
        return roll(2)
          ? { ...document, layout: layout(document, { all: true }) }
          : setWorkflowField(document, 'comment', `comment ${roll(99)}`).document;
    }
  } catch {
    return document; // an edit that the graph refuses is no edit
  }
}

test('trials and the text as written have their way back, each by itself', () => {
  const named = (more: object): Named => ({ document: { ...emptyDocument(), ...more }, name: 'W' });
  const states = [
    named({}),
    named({ text: { json: '{"a": 1}' } }),
    named({ text: { json: '{"a": 12}', yaml: 'a: 12' } }),
    named({
      text: { yaml: 'a: 12 # one dozen' },
      trial: { pins: {}, mocks: { x: { kind: 'result', value: 1 } }, values: {} },
    }),
    named({ trial: { pins: {}, mocks: {}, values: { Arn: 'x' } } }),
  ];
  for (const before of states)
    for (const after of states) {
      const operation = operationOf(before, after);
      expect(apply(operation, before)).toEqual(after);
      expect(apply(invert(operation), after)).toEqual(before);
    }
  const typed = operationOf(states[1]!, states[2]!).find((change) => change.what === 'text');
  expect(typed).toMatchObject({ at: 7, from: '', to: '2' });
});

describe('an operation', () => {
  test('leads from before to after, and its inverse back, for 1,000 random edits', () => {
    const roll = dice(7);
    const start: Named = { document: emptyDocument(), name: 'Work' };
    const states = [start];
    const operations: ReturnType<typeof operationOf>[] = [];
    while (operations.length < 1000) {
      const before = states.at(-1)!;
      const after: Named = {
        document: randomEdit(before.document, roll),
        name: roll(20) === 0 ? `Work ${roll(99)}` : before.name,
      };
      const operation = operationOf(before, after);
      if (operation.length === 0) continue;
      // As it is after it was kept as text.
      operations.push(JSON.parse(JSON.stringify(operation)));
      states.push(after);
    }
    let now = states.at(-1)!;
    for (let i = operations.length - 1; i >= 0; i--) {
      now = apply(invert(operations[i]!), now);
      expect(now).toEqual(states[i]);
    }
    for (let i = 0; i < operations.length; i++) {
      now = apply(operations[i]!, now);
      expect(now).toEqual(states[i + 1]);
    }
  });

  test('says nothing where nothing changed', () => {
    const state = { document: emptyDocument(), name: 'Work' };
    expect(operationOf(state, structuredClone(state))).toEqual([]);
  });
});

test('a fingerprint knows what is the same, whatever the order of its keys', () => {
  const document = addNode(emptyDocument(), newNode('pass'), { into: null }).document;
  const { notes, graph, input, layout: places } = document;
  expect(fingerprint({ name: 'A', document })).toBe(
    fingerprint({ document: { input, layout: places, graph, notes }, name: 'A' }),
  );
  expect(fingerprint({ name: 'A', document })).not.toBe(fingerprint({ name: 'B', document }));
});
