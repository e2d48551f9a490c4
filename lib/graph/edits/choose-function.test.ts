import { expect, test } from 'vitest';
import { missingTask, payloadOf, taskForFunction, variableOf } from '../build';
import { emptyDocument, type NodeOf } from '../schema';
import { nodeOf } from '../tree';
import { chooseFunction } from './choose-function';
import { addNode } from './nodes';
import { refer } from './refer';

test('a missing step becomes a call: what it was given and what is kept of it stay', () => {
  const payload = { kind: 'literal' as const, value: { text: 'Hi' } };
  const one = addNode(emptyDocument(), missingTask('Shout', 'Say it loud', { payload }), { into: null });
  const two = addNode(one.document, taskForFunction({ name: 'count', title: 'Count' }), { into: null });
  const kept = refer(two.document, two.id, { step: one.id, path: ['loud'] });
  const node = nodeOf(kept.document.graph, one.id) as NodeOf<'task'>;
  const variable = variableOf(node);
  expect(variable).not.toBeNull();

  const { document } = chooseFunction(kept.document, node, { name: 'shout', title: 'Shout' });
  const made = nodeOf(document.graph, one.id) as NodeOf<'task'>;
  expect(payloadOf(made)).toEqual(payload);
  expect(variableOf(made)).toBe(variable);
  expect(made).toMatchObject({ name: 'Shout', resource: 'arn:aws:states:::lambda:invoke' });
});
