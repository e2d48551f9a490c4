import fc from 'fast-check';
import { freeze } from 'immer';
import { describe, expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import {
  addBranch,
  addCatcher,
  addNode,
  addRule,
  available,
  check,
  connect,
  disconnect,
  doubtfulReferences,
  duplicateNodes,
  type EdgeKind,
  type Edited,
  edgeId,
  emptyDocument,
  layout,
  moveNodes,
  newNode,
  nodeOf,
  type Parent,
  reconnect,
  referTo,
  removeBranch,
  removeCatcher,
  removeNodes,
  removeRule,
  renameNode,
  scopeKey,
  scopeOf,
  scopesOf,
  setStart,
  taskForFunction,
  unwrap,
  variablesOf,
  visitMappings,
  type WorkflowDocument,
  WorkflowDocument as WorkflowDocumentSchema,
  wrapNodes,
} from '@/lib/graph';
import { compile, decompile } from '.';

const KINDS = ['pass', 'choice', 'wait', 'parallel', 'map', 'succeed', 'fail'] as const;
const VERBS = [
  'add',
  'task',
  'connect',
  'disconnect',
  'reconnect',
  'remove',
  'rename',
  'duplicate',
  'move',
  'wrap',
  'unwrap',
  'refer',
  'rule',
  'unrule',
  'catcher',
  'uncatch',
  'branch',
  'unbranch',
  'start',
] as const;
type Act = { verb: (typeof VERBS)[number]; a: number; b: number; c: number };
const acts = fc.array(
  fc.record({
    verb: fc.constantFrom(...VERBS, 'task', 'task', 'refer', 'refer', 'refer' as const),
    a: fc.nat(),
    b: fc.nat(),
    c: fc.nat(),
  }),
  {
    maxLength: 30,
    size: 'max',
  },
);

/** Performs one edit on whatever the numbers point at; `null` where there is nothing to do it on. */
function perform(document: WorkflowDocument, { verb, a, b, c }: Act): Edited | null {
  const { nodes, edges } = document.graph;
  const pick = <T>(list: T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  const [one, two] = [pick(nodes, a), pick(nodes, b)];
  const scopes: (Parent | null)[] = [null, ...nodes.flatMap((node) => scopesOf(node).map(({ parent }) => parent))];
  const into = pick(scopes, b)!;
  const edge = pick(edges, a);
  if (verb === 'add')
    return addNode(document, newNode(pick([...KINDS], a)!), pick([{ into }, { start: into }, { loose: into }], c)!);
  if (verb === 'task')
    return addNode(
      document,
      taskForFunction({ name: `f${a % 5}`, title: `Do ${a % 5}` }),
      two && c % 2 ? { after: two.id } : { into },
    );
  if (edge && verb === 'disconnect') return disconnect(document, edge.id);
  if (edge && two && verb === 'reconnect')
    return reconnect(document, edge.id, c % 2 ? { from: two.id } : { to: two.id });
  if (!one || !two) return null;
  switch (verb) {
    case 'connect':
      return connect(
        document,
        one.id,
        two.id,
        pick<EdgeKind | undefined>([undefined, 'next', 'default', 'catch', 'rule'], c),
      );
    case 'remove':
      return removeNodes(document, [one.id], { reconnect: c % 2 === 0 });
    case 'rename':
      return renameNode(document, one.id, `Name ${c % 50}`);
    case 'duplicate':
      return duplicateNodes(document, [one.id, two.id]);
    case 'move':
      return moveNodes(document, [one.id], into);
    case 'wrap':
      return wrapNodes(document, [one.id, two.id], c % 2 ? 'map' : 'parallel');
    case 'unwrap':
      return unwrap(document, one.id);
    case 'refer':
      return referTo(document, one.id, ['x'], {
        step: source(document, one.id, two.id, b),
        path: c % 2 ? ['field'] : [],
      });
    case 'rule':
      return addRule(document, one.id, undefined, two.id, c % 3);
    case 'unrule':
      return removeRule(document, one.id, c % 3);
    case 'catcher':
      return addCatcher(document, one.id, undefined, c % 2 ? two.id : undefined);
    case 'uncatch':
      return removeCatcher(document, one.id, c % 2);
    case 'branch':
      return addBranch(document, one.id);
    case 'unbranch':
      return removeBranch(document, one.id, c % 2);
    case 'start':
      return setStart(document, one.id);
    default:
      return null;
  }
}

/** A step that the other may use, where there is one. */
const source = (document: WorkflowDocument, target: string, otherwise: string, n: number): string => {
  const near = available(document, target, []);
  return near[n % Math.max(1, near.length)]?.node ?? otherwise;
};

function run(
  list: Act[],
  seen: (before: WorkflowDocument, after: WorkflowDocument, act: Act) => void = () => {},
): WorkflowDocument {
  let document: WorkflowDocument = freeze(emptyDocument(), true);
  for (const act of list) {
    try {
      const edited = perform(document, act);
      if (!edited) continue;
      const next = freeze(edited.document, true);
      seen(document, next, act);
      document = next;
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // an edit that cannot be done says so
    }
  }
  return document;
}

describe('whatever is edited', () => {
  test('the graph stays sound, compiles, and comes back the same', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const document = run(list);
        const { graph } = document;
        expect(new Set(graph.nodes.map(({ id }) => id)).size).toBe(graph.nodes.length);
        expect(new Set(graph.nodes.map(({ name }) => name)).size).toBe(graph.nodes.length);
        expect(new Set(graph.edges.map(({ id }) => id)).size).toBe(graph.edges.length);
        for (const edge of graph.edges) expect(edge.id).toBe(edgeId(edge));
        for (const parent of [null, ...graph.nodes.flatMap((node) => scopesOf(node).map((scope) => scope.parent))]) {
          const startAt = scopeOf(graph, parent)!.startAt;
          if (startAt !== null) expect(scopeKey(nodeOf(graph, startAt)!.parent)).toBe(scopeKey(parent));
        }
        expect(WorkflowDocumentSchema.safeParse(document).error?.issues).toBeUndefined();
        const { definition, diagnostics } = compile(graph);
        const structural = diagnostics.filter(
          ({ code }) => !/SCOPE_EMPTY|START_MISSING|CHOICE_EMPTY|RULE_WITHOUT_EDGE|CATCHER_WITHOUT_EDGE/.test(code),
        );
        expect(structural).toEqual([]);
        expect(decompile(definition, graph).graph).toEqual(graph);
        check(document, []);
        expect(Object.keys(layout(document).positions)).toHaveLength(graph.nodes.length);
      }),
      { numRuns: 250 },
    );
  });

  test('wiring to a step that has run leaves no reference in doubt, there or elsewhere', () => {
    let wired = 0;
    fc.assert(
      fc.property(acts, (list) => {
        run(list, (before, after, act) => {
          if (act.verb !== 'refer') return;
          const { nodes } = before.graph;
          const target = nodes[act.a % nodes.length]!.id;
          const step = source(before, target, nodes[act.b % nodes.length]!.id, act.b);
          if (!available(before, target, []).some(({ node, certain }) => node === step && certain)) return;
          wired++;
          const key = ({ node, variable }: { node: string; variable: string }) => `${node} ${variable}`;
          const old = new Set(doubtfulReferences(before.graph).map(key));
          expect(doubtfulReferences(after.graph).filter((doubt) => !old.has(key(doubt)))).toEqual([]);
        });
      }),
      { numRuns: 800 },
    );
    expect(wired).toBeGreaterThan(100);
  });

  test('renaming a step changes no name of what it does not concern', () => {
    fc.assert(
      fc.property(acts, (list) => {
        run(list, (before, after, act) => {
          if (act.verb !== 'rename') return;
          const unknown = (document: WorkflowDocument) =>
            doubtfulReferences(document.graph).map(({ node, why, path }) => `${node} ${why} ${path.length}`);
          expect(unknown(after)).toEqual(unknown(before));
          const count = (document: WorkflowDocument) => {
            let all = 0;
            for (const node of document.graph.nodes)
              visitMappings(node, 'JSONata', (m) => {
                all += variablesOf(m, 'JSONata').size;
              });
            return all;
          };
          expect(count(after)).toBe(count(before));
        });
      }),
      { numRuns: 300 },
    );
  });
});
