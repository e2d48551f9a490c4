import { freeze } from 'immer';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { functionOf, missingTask, newNode, payloadOf, taskForFunction, variableOf } from '../build';
import { check } from '../check';
import { emptyDocument, type Mapping, type WorkflowDocument, type WorkflowNode } from '../schema';
import { childrenOf, edgeOf, nodeOf } from '../tree';
import {
  addBranch,
  addCatcher,
  addNode,
  addRule,
  canConnect,
  connect,
  disconnect,
  duplicateNodes,
  itemOf,
  moveNodes,
  moveRule,
  reconnect,
  refer,
  referTo,
  removeBranch,
  removeNodes,
  removeRule,
  renameNode,
  type Spot,
  setArgument,
  setField,
  setRetry,
  setStart,
  unwrap,
  wrapNodes,
} from '.';

const task = (name: string) => taskForFunction({ name: name.toLowerCase().replaceAll(' ', ''), title: name });
/** Frozen through and through: an edit that changes its argument throws. */
const start = () => freeze(emptyDocument(), true);
const add = (document: WorkflowDocument, node: WorkflowNode, spot: Spot = { into: null }) => {
  const { document: made, id } = addNode(document, node, spot);
  return { document: freeze(made, true), id };
};
/** Steps one after another, by name. */
function line(...names: string[]) {
  let document = start();
  const ids: string[] = [];
  for (const name of names) {
    const added = add(document, task(name));
    document = added.document;
    ids.push(added.id);
  }
  return { document, ids };
}
const names = (document: WorkflowDocument) => document.graph.nodes.map(({ name }) => name);
const way = (document: WorkflowDocument) =>
  document.graph.edges.map(({ from, to, kind, index }) => `${from} ${kind}${index ?? ''} ${to}`).sort();
const at = (document: WorkflowDocument, id: string) => nodeOf(document.graph, id)!;
const codes = (document: WorkflowDocument) =>
  check(document, [])
    .map(({ code }) => code)
    .filter((code) => code !== 'FUNCTION_UNKNOWN');
const variable = (name: string, ...path: (string | number)[]): Mapping => ({
  kind: 'reference',
  from: { kind: 'variable', name },
  path,
});

describe('steps of functions', () => {
  test('call the function, put out its answer, retry what passes by itself', () => {
    const node = task('Resize image');
    expect(functionOf(node)).toBe('resizeimage');
    expect(payloadOf(node)).toEqual({ kind: 'literal', value: {} });
    expect(node).toMatchObject({
      name: 'Resize image',
      output: { from: { kind: 'result' }, path: ['Payload'] },
      retry: [{ maxAttempts: 3 }],
    });
    expect(variableOf(node)).toBeNull();
  });
  test.each([
    ['arn:aws:lambda:eu-west-1:123456789012:function:shrink:live', undefined, 'shrink'],
    [
      'arn:aws-cn:states:::lambda:invoke.waitForTaskToken',
      'arn:aws:lambda:us-east-1:111122223333:function:shrink',
      'shrink',
    ],
    ['arn:aws:states:::lambda:invoke', 'shrink:$LATEST', 'shrink'],
    ['arn:aws:states:::sqs:sendMessage', 'shrink', null],
  ])('%s %s calls %s', (resource, name, expected) => {
    expect(
      functionOf({ ...task('x'), resource, arguments: { kind: 'literal', value: { FunctionName: name ?? null } } }),
    ).toBe(expected);
  });
  test('a missing one says what it should do', () =>
    expect(functionOf(missingTask('Paint', 'Paints a picture.'))).toBeNull());
});

describe('adding', () => {
  test('at the end, between, at the start, after; names and ids stay unique', () => {
    let { document, ids } = line('A', 'C');
    ({ document } = add(document, task('B'), { edge: edgeOf(document.graph, ids[0]!, 'next')!.id }));
    ({ document } = add(document, task('A'), { start: null }));
    ({ document } = add(document, newNode('succeed'), { after: 'c' }));
    expect(way(document)).toEqual(['a next b', 'a-2 next a', 'b next c', 'c next done']);
    expect(document.graph.startAt).toBe('a-2');
    expect(names(document)).toEqual(['A', 'B', 'C', 'Done', 'A 2']);
    expect(() => add(document, task('D'), { after: 'done' })).toThrow('ends the run');
  });
  test('a choice between two steps leads on by its default; after it a step comes into the default', () => {
    let { document } = line('A', 'B');
    ({ document } = add(document, newNode('choice'), { after: 'a' }));
    ({ document } = add(document, task('C'), { after: 'choice' }));
    expect(way(document)).toEqual(['a next choice', 'c next b', 'choice default c']);
  });
  test('into containers', () => {
    let { document } = line('A');
    ({ document } = add(document, newNode('parallel')));
    ({ document } = add(document, task('B'), { into: { id: 'parallel', branch: 0 } }));
    ({ document } = add(document, task('C'), { into: { id: 'parallel', branch: 0 } }));
    ({ document } = add(document, task('D'), { into: { id: 'parallel', branch: 1 } }));
    expect(way(document)).toEqual(['a next parallel', 'b next c']);
    expect(at(document, 'parallel')).toMatchObject({ branches: [{ startAt: 'b' }, { startAt: 'd' }] });
    expect(codes(document)).toEqual([]);
  });
  test('in a JSONPath machine it says that it is JSONata', () => {
    const { document } = start().graph
      ? { document: { ...start(), graph: { ...start().graph, queryLanguage: undefined } } }
      : line();
    expect(at(addNode(document, task('A'), { into: null }).document, 'a').queryLanguage).toBe('JSONata');
  });
});

describe('edges', () => {
  test('a step has one next; a new edge gives way to none', () => {
    const { document } = line('A', 'B', 'C');
    expect(way(connect(document, 'a', 'c').document)).toEqual(['a next c', 'b next c']);
    expect(way(disconnect(document, 'a:next').document)).toEqual(['b next c']);
    expect(way(reconnect(document, 'b:next', { to: 'a' }).document)).toEqual(['a next b', 'b next a']);
    expect(way(reconnect(document, 'a:next', { from: 'c' }).document)).toEqual(['b next c', 'c next b']);
  });
  test('not across containers, not from an end', () => {
    let { document } = line('A');
    ({ document } = add(document, newNode('map')));
    ({ document } = add(document, task('B'), { into: { id: 'for-each', branch: 0 } }));
    expect(canConnect(document, 'a', 'b')?.code).toBe('EDGE_LEAVES_SCOPE');
    ({ document } = add(document, newNode('fail'), { loose: null }));
    expect(canConnect(document, 'fail', 'a')?.code).toBe('EDGE_NOT_ALLOWED');
    expect(canConnect(document, 'a', 'fail', 'catch')).toBeNull();
    expect(() => connect(document, 'a', 'b')).toThrow('same container');
  });
  test('rules are renumbered with their edges', () => {
    let { document } = line('A', 'B', 'C');
    ({ document } = add(document, newNode('choice'), { loose: null }));
    ({ document } = connect(document, 'choice', 'a', 'rule', 0));
    ({ document } = addRule(document, 'choice', undefined, 'b'));
    ({ document } = addRule(document, 'choice', undefined, 'c', 0));
    const rules = (d: WorkflowDocument) => way(d).filter((w) => w.startsWith('choice'));
    expect(rules(document)).toEqual(['choice rule0 c', 'choice rule1 a', 'choice rule2 b']);
    expect(rules(removeRule(document, 'choice', 1).document)).toEqual(['choice rule0 c', 'choice rule1 b']);
    expect(rules(moveRule(document, 'choice', 0, 2).document)).toEqual([
      'choice rule0 a',
      'choice rule1 b',
      'choice rule2 c',
    ]);
    expect(rules(connect(document, 'choice', 'a').document)).toContain('choice default a');
  });
  test('a catcher of all errors stays the last', () => {
    let { document } = line('A', 'B');
    ({ document } = addCatcher(document, 'a', undefined, 'b'));
    ({ document } = addCatcher(document, 'a', { errorEquals: ['Lambda.TooManyRequestsException'] }, 'b'));
    expect(at(document, 'a')).toMatchObject({
      catchers: [{ errorEquals: ['Lambda.TooManyRequestsException'] }, { errorEquals: ['States.ALL'] }],
    });
    expect(way(document)).toEqual(['a catch0 b', 'a catch1 b', 'a next b']);
  });
  test('the start', () => expect(setStart(line('A', 'B').document, 'b').document.graph.startAt).toBe('b'));
});

describe('fields', () => {
  test('an argument of a function is below its payload, in normal form', () => {
    const { document } = line('A');
    const set = setArgument(document, 'a', ['size', 'width'], { kind: 'literal', value: 5 }).document;
    expect(payloadOf(at(set, 'a'))).toEqual({ kind: 'literal', value: { size: { width: 5 } } });
    expect(at(set, 'a')).toMatchObject({ arguments: { kind: 'literal', value: { FunctionName: 'a' } } });
    const wired = setArgument(set, 'a', ['photo'], variable('x')).document;
    expect(payloadOf(at(wired, 'a'))).toMatchObject({ kind: 'object', fields: [{ name: 'size' }, { name: 'photo' }] });
    expect(setArgument(wired, 'a', ['photo'], undefined).document).toEqual(set);
  });
  test('an absent field stays absent', () => {
    const { document } = line('A');
    expect(Object.hasOwn(at(setRetry(document, 'a', []).document, 'a'), 'retry')).toBe(false);
    expect(setField(document, 'a', 'comment', 'x').document.graph.nodes[0]).toMatchObject({ comment: 'x' });
  });
});

describe('removing', () => {
  test('closes the gap and tells which references break', () => {
    let { document } = line('A', 'B', 'C');
    ({ document } = referTo(document, 'c', ['photo'], { step: 'b', path: ['image'] }));
    const { document: left, broken } = removeNodes(document, ['b']);
    expect(way(left)).toEqual(['a next c']);
    expect(broken).toEqual([{ node: 'c', path: ['arguments', 'Payload', 'photo'], what: '$b, the result of "B"' }]);
    expect(removeNodes(document, ['a']).document.graph.startAt).toBe('b');
    expect(way(removeNodes(document, ['b'], { reconnect: false }).document)).toEqual([]);
  });
  test('a container goes with all that is in it', () => {
    let { document } = line('A');
    ({ document } = add(document, newNode('map')));
    ({ document } = add(document, task('B'), { into: { id: 'for-each', branch: 0 } }));
    expect(names(removeNodes(document, ['for-each']).document)).toEqual(['A']);
  });
});

describe('wiring', () => {
  test('adds the variable once, named after the step', () => {
    let { document } = line('Read photo', 'Resize', 'Frame');
    ({ document } = referTo(document, 'resize', ['photo'], { step: 'read-photo', path: ['uri'] }));
    ({ document } = referTo(document, 'frame', ['photo'], { step: 'read-photo', path: [] }));
    expect(at(document, 'read-photo').assign).toEqual([
      { name: 'readPhoto', value: { kind: 'reference', from: { kind: 'result' }, path: ['Payload'] } },
    ]);
    expect(payloadOf(at(document, 'frame'))).toMatchObject({
      fields: [{ name: 'photo', value: variable('readPhoto') }],
    });
    expect(codes(document)).toEqual([]);
  });

  test('renaming the step renames its variable everywhere', () => {
    let { document } = line('Read photo', 'Resize');
    ({ document } = referTo(document, 'resize', ['photo'], { step: 'read-photo', path: ['uri'] }));
    ({ document } = setArgument(document, 'resize', ['label'], {
      kind: 'expression',
      text: ` $readPhoto.name & "$readPhoto" `,
    }));
    const { document: renamed, variables } = renameNode(document, 'read-photo', 'Fetch it');
    expect(variables).toEqual([{ from: 'readPhoto', to: 'fetchIt' }]);
    expect(payloadOf(at(renamed, 'resize'))).toMatchObject({
      fields: [{ value: variable('fetchIt', 'uri') }, { value: { text: ` $fetchIt.name & "$readPhoto" ` } }],
    });
    expect(renamed.layout).toBe(document.layout);
    expect(() => renameNode(document, 'resize', 'Read photo')).toThrow('already');
    expect(() => renameNode(document, 'resize', ' ')).toThrow('name');
  });

  /** A → P [ B → C | D ] → E */
  function parallel() {
    let { document } = line('A');
    ({ document } = add(document, newNode('parallel', { name: 'P' })));
    ({ document } = add(document, task('B'), { into: { id: 'p', branch: 0 } }));
    ({ document } = add(document, task('C'), { into: { id: 'p', branch: 0 } }));
    ({ document } = add(document, task('D'), { into: { id: 'p', branch: 1 } }));
    ({ document } = add(document, task('E')));
    return document;
  }

  test('out of a Parallel: through the output of the branch and the container', () => {
    let document = referTo(parallel(), 'e', ['x'], { step: 'b', path: ['uri'] }).document;
    document = referTo(document, 'e', ['y'], { step: 'd', path: ['uri'] }).document;
    expect(payloadOf(at(document, 'e'))).toMatchObject({
      fields: [{ value: variable('bResult', 'uri') }, { value: variable('dResult', 'uri') }],
    });
    expect(at(document, 'p').assign).toEqual([
      { name: 'bResult', value: { kind: 'reference', from: { kind: 'result' }, path: [0, 'b'] } },
      { name: 'dResult', value: { kind: 'reference', from: { kind: 'result' }, path: [1, 'd'] } },
    ]);
    expect(at(document, 'c').output).toEqual({ kind: 'object', fields: [{ name: 'b', value: variable('b') }] });
    // A step that ends its branch needs no variable of its own.
    expect(at(document, 'd')).toMatchObject({
      output: { kind: 'object', fields: [{ name: 'd', value: { from: { kind: 'result' }, path: ['Payload'] } }] },
    });
    expect(at(document, 'd').assign).toBeUndefined();
    expect(codes(document)).toEqual([]);
    // Again: nothing is added.
    expect(referTo(document, 'e', ['x'], { step: 'b', path: ['uri'] }).document.graph).toEqual(document.graph);
    expect(renameNode(document, 'b', 'Big one').variables).toEqual([
      { from: 'b', to: 'bigOne' },
      { from: 'bResult', to: 'bigOneResult' },
    ]);
  });

  test('what the workflow puts out stays as it was', () => {
    const last = removeNodes(parallel(), ['e']).document;
    const { document, id } = add(last, task('Late'), { loose: null });
    const wired = refer(document, id, { step: 'b', path: [] }).document;
    expect(at(wired, 'p').output).toEqual({
      kind: 'list',
      items: [
        { kind: 'reference', from: { kind: 'result' }, path: [0, 'result'] },
        { kind: 'reference', from: { kind: 'result' }, path: [1] },
      ],
    });
  });

  test('not across branches, not of what has not ended', () => {
    const document = parallel();
    const code = (target: string, step: string) => {
      try {
        refer(document, target, { step, path: [] });
      } catch (error) {
        return (error as { code: string }).code;
      }
      return null;
    };
    expect(code('d', 'b')).toBe('REFERENCE_ACROSS_BRANCHES');
    expect(code('b', 'p')).toBe('REFERENCE_NOT_ENDED');
    expect(code('b', 'b')).toBe('REFERENCE_TO_SELF');
    expect(code('b', 'a')).toBeNull();
  });

  /** A → Each [ B → C ] → E */
  function loop(distributed: boolean) {
    let { document } = line('A');
    const map = newNode('map', { name: 'Each' });
    ({ document } = add(
      document,
      distributed ? { ...map, processorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } } : map,
    ));
    ({ document } = add(document, task('B'), { into: { id: 'each', branch: 0 } }));
    ({ document } = add(document, task('C'), { into: { id: 'each', branch: 0 } }));
    ({ document } = add(document, task('E')));
    return document;
  }

  test.each<[string, { b: unknown }[], unknown[]]>([
    ['several', [{ b: 1 }, { b: 2 }], [1, 2]],
    ['one', [{ b: 1 }], [1]],
    ['one that is a list', [{ b: [1] }], [[1]]],
    ['lists', [{ b: [1, 2] }, { b: [] }], [[1, 2], []]],
    ['none', [], []],
    ['nothing in one', [{ b: null }], [null]],
  ])('out of a Map: the list of all iterations (%s)', async (_, result, expected) => {
    const { document } = referTo(loop(false), 'e', ['xs'], { step: 'b', path: [] });
    const [collected] = at(document, 'each').assign!;
    expect(collected!.name).toBe('bResults');
    if (collected!.value.kind !== 'expression') throw new Error('no expression');
    const value = await jsonata(collected!.value.text).evaluate(null, { states: { result } });
    expect(JSON.parse(JSON.stringify(value))).toEqual(expected);
    expect(payloadOf(at(document, 'e'))).toMatchObject({ fields: [{ value: variable('bResults') }] });
    expect(codes(document)).toEqual([]);
  });

  test('a field of each: the path is followed inside', () => {
    const { document, mapping } = refer(loop(false), 'e', { step: 'b', path: ['uri'] });
    expect(mapping).toEqual(variable('bUriResults'));
    expect(at(document, 'c').output).toEqual({
      kind: 'object',
      fields: [{ name: 'bUri', value: variable('b', 'uri') }],
    });
  });

  test('into a Map: as it is; into a distributed one: through its item selector, the item moves aside', () => {
    const inline = referTo(loop(false), 'b', ['x'], { step: 'a', path: ['k'] }).document;
    expect(payloadOf(at(inline, 'b'))).toMatchObject({ fields: [{ value: variable('a', 'k') }] });
    let document = loop(true);
    const item = itemOf(document, 'c', ['name']);
    expect(item.mapping).toEqual({ kind: 'reference', from: { kind: 'input' }, path: ['name'] });
    document = setArgument(document, 'c', ['name'], item.mapping).document;
    document = referTo(document, 'b', ['x'], { step: 'a', path: ['k'] }).document;
    expect(at(document, 'each')).toMatchObject({
      itemSelector: {
        fields: [
          { name: 'item', value: { from: { kind: 'context' } } },
          { name: 'a', value: variable('a') },
        ],
      },
    });
    expect(payloadOf(at(document, 'b'))).toMatchObject({
      fields: [{ value: { from: { kind: 'input' }, path: ['a', 'k'] } }],
    });
    expect(payloadOf(at(document, 'c'))).toMatchObject({
      fields: [{ value: { from: { kind: 'input' }, path: ['item', 'name'] } }],
    });
    expect(itemOf(document, 'c', ['name']).mapping).toMatchObject({ path: ['item', 'name'] });
    expect(codes(document)).toEqual([]);
  });

  test('out of a Parallel in a Map in a Parallel', () => {
    let document = loop(false);
    document = wrapNodes(document, ['b'], 'parallel', { name: 'Inner' }).document;
    document = wrapNodes(document, ['each'], 'parallel', { name: 'Outer' }).document;
    ({ document } = add(document, task('F'), { into: { id: 'outer', branch: 1 } }));
    ({ document } = add(document, task('G'), { into: { id: 'inner', branch: 1 } }));
    const { document: wired } = referTo(document, 'e', ['xs'], { step: 'b', path: ['uri'] });
    expect(codes(wired)).toEqual([]);
    expect(at(wired, 'inner').assign).toMatchObject([{ name: 'bResult', value: { path: [0, 'b'] } }]);
    expect(at(wired, 'c').output).toMatchObject({
      fields: [{ name: 'bResultUri', value: variable('bResult', 'uri') }],
    });
    expect(at(wired, 'each').assign).toMatchObject([{ name: 'bUriResults' }]);
    expect(at(wired, 'outer').assign).toMatchObject([{ name: 'bResult2', value: { path: [0, 'bUriResults'] } }]);
    expect(payloadOf(at(wired, 'e'))).toMatchObject({ fields: [{ value: variable('bResult2') }] });
  });

  test('a branch that may not run the step puts out null instead', () => {
    let document = parallel();
    ({ document } = add(document, newNode('choice'), { start: { id: 'p', branch: 0 } }));
    ({ document } = connect(document, 'choice', 'c', 'rule', 0));
    const wired = refer(document, 'e', { step: 'b', path: [] }).document;
    expect(at(wired, 'c').output).toMatchObject({
      fields: [{ value: { kind: 'expression', text: ' $exists($b) ? $b : null ' } }],
    });
    expect(codes(wired).filter((code) => code.startsWith('REFERENCE'))).toEqual([]);
  });

  test('a field through a list is a list, also of one', () => {
    const schema = { type: 'object', properties: { rows: { type: 'array', items: { type: 'object' } } } };
    const { mapping } = refer(line('A', 'B').document, 'b', { step: 'a', path: ['rows', 'name'], schema });
    expect(mapping).toEqual({ kind: 'expression', text: ' [$a.rows.name] ' });
  });
});

describe('containers', () => {
  test('wrapping keeps the way, and carries out what is used behind', () => {
    let { document } = line('A', 'B', 'C', 'D');
    ({ document } = referTo(document, 'd', ['x'], { step: 'b', path: ['uri'] }));
    const { document: wrapped, id, broken } = wrapNodes(document, ['b', 'c'], 'parallel');
    expect(way(wrapped)).toEqual(['a next parallel', 'b next c', 'parallel next d']);
    expect(childrenOf(wrapped.graph, { id, branch: 0 }).map(({ name }) => name)).toEqual(['B', 'C']);
    expect(broken).toEqual([]);
    expect(payloadOf(at(wrapped, 'd'))).toMatchObject({ fields: [{ value: variable('bResult', 'uri') }] });
    expect(wrapNodes(document, ['b', 'c'], 'map').broken).toMatchObject([{ node: 'd', what: '$b, the result of "B"' }]);
    expect(
      way(unwrap(wrapNodes(line('A', 'B', 'C').document, ['a', 'b'], 'parallel').document, 'parallel').document),
    ).toEqual(['a next b', 'b next c']);
  });

  test('moving takes a step out of its way', () => {
    let { document } = line('A', 'B', 'C');
    ({ document } = add(document, newNode('map')));
    const moved = moveNodes(document, ['b'], { id: 'for-each', branch: 0 }).document;
    expect(way(moved)).toEqual(['a next c', 'c next for-each']);
    expect(at(moved, 'for-each')).toMatchObject({ processor: { startAt: 'b' } });
    expect(codes(moved)).toEqual([]);
    expect(() => moveNodes(moved, ['for-each'], { id: 'for-each', branch: 0 })).toThrow('itself');
  });

  test('a removed branch takes its steps along; references to later branches follow', () => {
    let { document } = line('A');
    ({ document } = add(document, newNode('parallel')));
    ({ document } = addBranch(document, 'parallel'));
    for (const [branch, name] of ['X', 'Y', 'Z'].entries())
      ({ document } = add(document, task(name), { into: { id: 'parallel', branch } }));
    ({ document } = add(document, task('E')));
    ({ document } = referTo(document, 'e', ['z'], { step: 'z', path: [] }));
    const { document: left, broken } = removeBranch(document, 'parallel', 1);
    expect(names(left)).toEqual(
      ['A', 'Parallel', 'X', 'Z', 'E'].sort((a, b) => names(left).indexOf(a) - names(left).indexOf(b)),
    );
    expect(at(left, 'z').parent).toEqual({ id: 'parallel', branch: 1 });
    expect(at(left, 'parallel').assign).toMatchObject([{ value: { path: [1, 'z'] } }]);
    expect(broken).toEqual([]);
    expect(removeBranch(document, 'parallel', 2).broken).toMatchObject([
      { node: 'parallel', what: 'the result of branch 3' },
    ]);
  });

  test('copies have names, ids and variables of their own', () => {
    let { document } = line('A', 'B', 'C');
    ({ document } = referTo(document, 'c', ['x'], { step: 'b', path: [] }));
    ({ document } = referTo(document, 'b', ['x'], { step: 'a', path: [] }));
    const { document: copied, ids } = duplicateNodes(document, ['b', 'c']);
    expect(ids).toEqual({ b: 'b-2', c: 'c-2' });
    expect(names(copied)).toEqual(['A', 'B', 'C', 'B 2', 'C 2']);
    expect(way(copied)).toEqual(['a next b', 'b next c', 'b-2 next c-2']);
    expect(variableOf(at(copied, 'b-2'))).toBe('b2');
    expect(payloadOf(at(copied, 'c-2'))).toMatchObject({ fields: [{ value: variable('b2') }] });
    expect(payloadOf(at(copied, 'b-2'))).toMatchObject({ fields: [{ value: variable('a') }] });
  });
});

test('a step put on a way out of a choice leads on to where the way led', () => {
  const first = add(start(), newNode('choice', { id: 'c', name: 'C' }));
  const rule = { from: 'c', kind: 'rule', index: 0 } as const;
  const a = add(first.document, task('A'), { way: rule });
  expect(edgeOf(a.document.graph, 'c', 'rule', 0)?.to).toBe(a.id);
  expect(edgeOf(a.document.graph, 'c', 'default')).toBeUndefined();
  const b = add(a.document, task('B'), { way: rule });
  expect(edgeOf(b.document.graph, 'c', 'rule', 0)?.to).toBe(b.id);
  expect(edgeOf(b.document.graph, b.id, 'next')?.to).toBe(a.id);
  const c = add(b.document, task('C'), { way: { from: 'c', kind: 'default' } });
  expect(edgeOf(c.document.graph, 'c', 'default')?.to).toBe(c.id);
});
