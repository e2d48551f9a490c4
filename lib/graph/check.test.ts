import { describe, expect, test } from 'vitest';
import { FunctionManifest } from '@/lib/functions/manifest';
import { missingTask, newNode, taskForFunction } from './build';
import { check, mergeDiagnostics } from './check';
import {
  addCatcher,
  addNode,
  connect,
  disconnect,
  refer,
  referTo,
  renameNode,
  type Spot,
  setArgument,
  setField,
} from './edits';
import { emptyDocument, type Mapping, type WorkflowDocument, type WorkflowNode } from './schema';
import { available } from './scope';
import { nodeOf } from './tree';
import { mediaTypesMeet, schemaAt, schemaMisfits } from './types';

const photo = { type: 'string', format: 's3-uri', contentMediaType: 'image/*' };
const manifest = (name: string, input: object, output: object) =>
  FunctionManifest.parse({
    name,
    title: name,
    description: name,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input,
    output,
  });
const manifests = [
  manifest(
    'resize',
    {
      type: 'object',
      required: ['photo', 'width', 'mode'],
      additionalProperties: false,
      properties: {
        photo,
        width: { type: 'integer', title: 'Width', minimum: 1 },
        mode: { type: 'string', enum: ['fit', 'fill'], default: 'fit' },
      },
    },
    { type: 'object', required: ['photo'], properties: { photo, note: { type: 'string' } } },
  ),
  manifest(
    'list',
    { type: 'object' },
    {
      type: 'object',
      required: ['rows'],
      properties: {
        rows: { type: 'array', items: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } } },
      },
    },
  ),
];
const [resize, list] = manifests as [FunctionManifest, FunctionManifest];

const add = (document: WorkflowDocument, node: WorkflowNode, spot: Spot = { into: null }) =>
  addNode(document, node, spot).document;
const literal = (value: Extract<Mapping, { kind: 'literal' }>['value']): Mapping => ({ kind: 'literal', value });
const found = (document: WorkflowDocument, more = manifests) =>
  check(document, more).map(({ code, severity, at }) =>
    `${severity} ${code} ${at.node ?? '-'} ${(at.path ?? []).join('.')}`.trim(),
  );
const filled = (document: WorkflowDocument, id: string, photo: Mapping = literal('s3://b/k')) =>
  setArgument(setArgument(document, id, ['photo'], photo).document, id, ['width'], literal(5)).document;
/** list → resize */
const two = () => filled(add(add(emptyDocument(), taskForFunction(list)), taskForFunction(resize)), 'resize');

describe('arguments', () => {
  test('nothing to say about a workflow that is right', () => expect(found(two())).toEqual([]));
  test('missing ones, save those with a default', () => {
    const document = add(emptyDocument(), taskForFunction(resize));
    expect(found(document)).toEqual([
      'error ARGUMENT_MISSING resize arguments.Payload.photo',
      'error ARGUMENT_MISSING resize arguments.Payload.width',
    ]);
    expect(check(document, manifests)[1]!.message).toBe('"resize" needs "Width" (width).');
  });
  test.each<[string, Mapping, string]>([
    ['width', literal('5'), 'error ARGUMENT_TYPE resize arguments.Payload.width'],
    ['width', literal(1.5), 'error ARGUMENT_TYPE resize arguments.Payload.width'],
    ['width', literal(0), 'error ARGUMENT_TYPE resize arguments.Payload.width'],
    ['mode', literal('stretch'), 'error ARGUMENT_TYPE resize arguments.Payload.mode'],
    ['photo', literal('cat.jpg'), 'warning ARGUMENT_KIND resize arguments.Payload.photo'],
    ['color', literal('red'), 'warning ARGUMENT_UNKNOWN resize arguments.Payload.color'],
  ])('%s %j', (name, value, expected) =>
    expect(found(setArgument(two(), 'resize', [name], value).document)).toEqual([expected]),
  );
  test('a reference of the wrong type, through the variable of the other step', () => {
    const { document } = referTo(two(), 'resize', ['width'], { step: 'list', path: ['rows'] });
    expect(found(document)).toEqual(['error ARGUMENT_TYPE resize arguments.Payload.width']);
    expect(check(document, manifests)[0]!.message).toBe(
      '"resize": "Width" (width) is a list, but has to be a whole number ($list.rows).',
    );
    const number = referTo(two(), 'resize', ['width'], { step: 'list', path: ['rows', 0, 'n'] }).document;
    expect(found(number)).toEqual(['warning ARGUMENT_KIND resize arguments.Payload.width']);
  });
  test('a reference to a field that is not there, or may be missing', () => {
    expect(found(referTo(two(), 'resize', ['photo'], { step: 'list', path: ['lines'] }).document)).toEqual([
      'warning REFERENCE_FIELD_UNKNOWN resize arguments.Payload.photo',
    ]);
    const again = add(two(), taskForFunction(resize, { id: 'again', name: 'Again' }));
    const { document: ready, mapping } = refer(again, 'again', { step: 'resize', path: ['note'] });
    expect(found(filled(ready, 'again', mapping))).toEqual(['info REFERENCE_OPTIONAL again arguments.Payload.photo']);
  });
  test('the workflow’s input against its schema', () => {
    const reference: Mapping = { kind: 'reference', from: { kind: 'input' }, path: ['size'] };
    const document = {
      ...setArgument(two(), 'resize', ['width'], reference).document,
      input: { type: 'object', required: ['size'], properties: { size: { type: 'string' } } },
    };
    expect(found(document)).toEqual(['error ARGUMENT_TYPE resize arguments.Payload.width']);
    expect(found({ ...document, input: { type: 'object', properties: { size: { type: 'integer' } } } })).toEqual([
      'warning REFERENCE_OPTIONAL resize arguments.Payload.width',
    ]);
    expect(found({ ...document, input: { type: 'object', properties: {} } })).toEqual([]);
  });
  test('functions that are not known, or not there yet', () => {
    expect(found(two(), [resize])).toEqual(['error FUNCTION_UNKNOWN list arguments.FunctionName']);
    expect(found(add(emptyDocument(), missingTask('Paint', 'Paints.')))).toEqual([
      'error FUNCTION_MISSING paint resource',
    ]);
  });
  test('what a Map runs over, and its items', () => {
    let document = add(two(), newNode('map', { id: 'each', name: 'Each' }));
    document = add(document, taskForFunction(resize, { id: 'inner', name: 'Inner' }), {
      into: { id: 'each', branch: 0 },
    });
    const rows = refer(document, 'each', { step: 'list', path: ['rows'] });
    document = setField(rows.document, 'each', 'items', rows.mapping).document;
    const item: Mapping = { kind: 'reference', from: { kind: 'context' }, path: ['Map', 'Item', 'Value', 'n'] };
    document = setArgument(filled(document, 'inner'), 'inner', ['photo'], item).document;
    expect(found(document)).toEqual(['error ARGUMENT_TYPE inner arguments.Payload.photo']);
    document = setField(document, 'each', 'items', literal('x')).document;
    expect(found(document)).toContain('error ARGUMENT_TYPE each items');
  });
});

describe('what leads where', () => {
  test('an empty workflow, a start that is missing, what nothing leads to', () => {
    expect(found(emptyDocument())).toEqual(['error SCOPE_EMPTY -']);
    const document = two();
    expect(found({ ...document, graph: { ...document.graph, startAt: null } })).toEqual(['error START_MISSING -']);
    expect(found(disconnect(document, 'list:next').document)).toEqual(['error UNREACHABLE resize']);
  });
  test('rules and catchers without an edge, a choice without a default, an empty Map', () => {
    let document = add(two(), newNode('choice'), { after: 'list' });
    document = addCatcher(document, 'list').document;
    document = add(document, newNode('map', { id: 'each', name: 'Each' }));
    document = disconnect(document, 'choice:default').document;
    document = connect(document, 'choice', 'resize', 'rule', 0).document;
    expect(found(document)).toEqual([
      'error CATCHER_WITHOUT_EDGE list catchers.0',
      'warning RULE_UNSET choice rules.0.condition',
      'warning DEFAULT_MISSING choice default',
      'error SCOPE_EMPTY each',
    ]);
    expect(found(disconnect(document, 'choice:rule:0').document)).toContain('error RULE_WITHOUT_EDGE choice rules.0');
  });
  test('names', () => {
    const document = two();
    const named = (name: string) => ({
      ...document,
      graph: {
        ...document.graph,
        nodes: document.graph.nodes.map((node) => (node.id === 'resize' ? { ...node, name } : node)),
      },
    });
    expect(found(named('list'))).toEqual(['error NAME_TWICE resize name']);
    expect(found(named(' '))).toEqual(['error NAME_EMPTY resize name']);
    expect(found(named('x'.repeat(81)))).toEqual(['error NAME_TOO_LONG resize name']);
  });
});

describe('references', () => {
  /** list → choice → (resize | nothing) → last, which uses resize */
  function forked() {
    let document = add(two(), newNode('choice'), { after: 'list' });
    document = add(document, newNode('pass', { id: 'last', name: 'Last' }));
    document = connect(document, 'choice', 'resize', 'rule', 0).document;
    document = connect(document, 'choice', 'last', 'default').document;
    const { document: ready, mapping } = refer(document, 'last', { step: 'resize', path: ['photo'] });
    return setField(ready, 'last', 'output', mapping).document;
  }
  test('to a step that may not have run', () =>
    expect(found(forked())).toContain('warning REFERENCE_UNCERTAIN last output'));
  test('set on every way, it is certain', () => {
    const document = forked();
    const value: Mapping = literal({ photo: 's3://b/k' });
    expect(
      found(setField(document, 'choice', 'assign', [{ name: 'resize', value }]).document).filter((text) =>
        text.includes('REFERENCE'),
      ),
    ).toEqual([]);
  });
  test('an expression that asks whether it is there', () => {
    const output: Mapping = { kind: 'expression', text: ' $exists($resize) ? $resize.photo : null ' };
    expect(found(setField(forked(), 'last', 'output', output).document).join()).not.toContain('REFERENCE');
  });
  test('not bound by a step that failed: behind its catcher the variable is missing', () => {
    let document = add(two(), newNode('pass', { id: 'sorry', name: 'Sorry' }), { loose: null });
    document = addCatcher(document, 'list', undefined, 'sorry').document;
    const { document: ready, mapping } = refer(document, 'sorry', { step: 'list', path: [] });
    expect(found(setField(ready, 'sorry', 'output', mapping).document)).toContain(
      'error REFERENCE_HIDDEN sorry output',
    );
  });
  test('unknown, hidden in a container, of the result before there is one', () => {
    const use = (text: string) =>
      found(
        setField(two(), 'resize', 'comment', undefined).document &&
          setArgument(two(), 'resize', ['width'], { kind: 'expression', text }).document,
      );
    expect(use(' $nowhere + 1 ')).toEqual(['error REFERENCE_UNKNOWN resize arguments.Payload.width']);
    expect(use(' ($x := 2; $y := function($z) { $z + $x }; $map([1], $string); $y(1)) ')).toEqual([]);
    expect(use(' $sum([1]@$a.($a)) ')).toEqual([]);
    const early = setArgument(two(), 'resize', ['width'], {
      kind: 'reference',
      from: { kind: 'result' },
      path: [],
    }).document;
    expect(found(early)).toContain('error REFERENCE_NOT_HERE resize arguments.Payload.width');
    let document = add(two(), newNode('map', { id: 'each', name: 'Each' }));
    document = add(document, newNode('pass', { id: 'in', name: 'In' }), { into: { id: 'each', branch: 0 } });
    document = setField(document, 'in', 'assign', [{ name: 'secret', value: literal(1) }]).document;
    document = add(document, newNode('pass', { id: 'out', name: 'Out' }));
    document = setField(document, 'out', 'output', {
      kind: 'reference',
      from: { kind: 'variable', name: 'secret' },
      path: [],
    }).document;
    expect(found(document)).toEqual(['error REFERENCE_HIDDEN out output']);
    expect(found(setField(document, 'list', 'assign', [{ name: 'secret', value: literal(1) }]).document)).toContain(
      'error VARIABLE_SHADOWED in assign.secret',
    );
  });
  test('a distributed Map sees no variables from outside', () => {
    let document = add(two(), {
      ...newNode('map', { id: 'each', name: 'Each' }),
      processorConfig: { Mode: 'DISTRIBUTED' },
    });
    document = add(document, newNode('pass', { id: 'in', name: 'In' }), { into: { id: 'each', branch: 0 } });
    const kept = refer(document, 'resize', { step: 'list', path: [] }).document;
    const direct: Mapping = { kind: 'reference', from: { kind: 'variable', name: 'list' }, path: [] };
    expect(found(setField(kept, 'in', 'output', direct).document)).toEqual(['error REFERENCE_HIDDEN in output']);
    expect(found(setField(kept, 'each', 'items', { ...direct, path: ['rows'] }).document)).toEqual([]);
  });
  test('variables: names, and two steps that keep their result in one', () => {
    const result: Mapping = { kind: 'reference', from: { kind: 'result' }, path: ['Payload'] };
    const document = setField(two(), 'list', 'assign', [{ name: 'a b', value: result }]).document;
    expect(found(document)).toEqual(['error VARIABLE_NAME list assign.a b']);
    let both = setField(two(), 'list', 'assign', [{ name: 'x', value: result }]).document;
    both = setField(both, 'resize', 'assign', [{ name: 'x', value: result }]).document;
    expect(found(both)).toEqual(['warning VARIABLE_TWICE resize assign.x']);
  });
});

describe('what a step may use', () => {
  test('earlier steps, with what they answer, certain or not', () => {
    const fork = (() => {
      let document = add(two(), newNode('choice'), { after: 'list' });
      document = add(document, newNode('pass', { id: 'last', name: 'Last' }));
      document = connect(document, 'choice', 'resize', 'rule', 0).document;
      return connect(document, 'choice', 'last', 'default').document;
    })();
    expect(available(fork, 'last', manifests)).toEqual([
      { node: 'list', name: 'list', variable: null, schema: list.output, certain: true },
      { node: 'resize', name: 'resize', variable: null, schema: resize.output, certain: false },
    ]);
    expect(available(fork, 'list', manifests)).toEqual([]);
    const kept = refer(fork, 'last', { step: 'list', path: [] }).document;
    expect(available(kept, 'last', manifests)[0]!.variable).toBe('list');
    expect(available(renameNode(kept, 'list', 'Rows').document, 'last', manifests)[0]!.variable).toBe('rows');
  });
  test('inside a Map that has ended: a list of what each iteration answered', () => {
    let document = add(emptyDocument(), newNode('map', { id: 'each', name: 'Each' }));
    document = add(document, taskForFunction(resize), { into: { id: 'each', branch: 0 } });
    document = add(document, newNode('pass', { id: 'last', name: 'Last' }));
    expect(available(document, 'last', manifests)).toMatchObject([
      { node: 'each', schema: { type: 'array', items: resize.output } },
      { node: 'resize', variable: null, schema: { type: 'array', items: resize.output }, certain: true },
    ]);
    expect(nodeOf(document.graph, 'resize')!.parent).toEqual({ id: 'each', branch: 0 });
  });
});

describe('types', () => {
  test.each([
    [{ type: 'integer' }, { type: 'number' }, []],
    [{ type: 'number' }, { type: 'integer' }, ['warning']],
    [{ type: 'string' }, { type: 'integer' }, ['error']],
    [{ type: ['string', 'null'] }, { type: 'string' }, []],
    [{}, { type: 'string' }, []],
    [{ type: 'array', items: { type: 'string' } }, { type: 'array', items: { type: 'number' } }, ['error']],
    [{ type: 'string', format: 'date' }, { type: 'string', format: 's3-uri' }, ['warning']],
    [{ type: 'string', contentMediaType: 'image/png' }, { type: 'string', contentMediaType: 'image/*' }, []],
    [{ type: 'string', contentMediaType: 'text/csv' }, { type: 'string', contentMediaType: 'image/*' }, ['warning']],
  ])('%j for %j', (given, expected, severities) =>
    expect(schemaMisfits(given, expected).map(({ severity }) => severity)).toEqual(severities),
  );
  test('paths', () => {
    expect(schemaAt(list.output, ['rows', 'n'])).toEqual({
      schema: { type: 'array', items: { type: 'number' } },
      doubt: null,
    });
    expect(schemaAt(list.output, ['rows', 0, 'n'])).toEqual({ schema: { type: 'number' }, doubt: null });
    expect(schemaAt(list.output, ['rows', 0, 'x']).doubt).toBe('absent');
    expect(schemaAt(null, ['x'])).toEqual({ schema: null, doubt: null });
  });
  test('media types', () => {
    expect(mediaTypesMeet('image/*', 'image/png')).toBe(true);
    expect(mediaTypesMeet('image/png, text/csv', 'text/csv; charset=utf-8')).toBe(true);
    expect(mediaTypesMeet('image/png', 'audio/*')).toBe(false);
  });
});

test('the same problem told by two checkers is shown once', () => {
  const one = check(emptyDocument(), []);
  expect(mergeDiagnostics(one, one)).toEqual(one);
});
