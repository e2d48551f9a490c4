/**
 * What can be done about a problem with one click.
 *
 *   document, problem, functions ──fixesFor()──▶ [{ label, apply }], the likeliest first; [] where only a person can know
 *
 * A fix does one thing, says which, and never guesses data: it connects, removes, renames, or asks for a value when the
 * run starts. Pure. Long, because each kind of problem has its few lines here.
 * @module
 */
import { isObject } from '@/lib/base/json';
import type { Diagnostic } from '@/lib/base/problem';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { createIndex, type FunctionIndex, search } from '@/lib/functions/search';
import { functionOf, mappingAt, newNode, payloadPath } from './build';
import { takeFixes } from './check-takes';
import { chooseFunction } from './edits/choose-function';
import { addRule, connect, disconnect, removeCatcher, removeRule, setCatcher, setRule, setStart } from './edits/edges';
import { setArgument, setField, setInput } from './edits/fields';
import { addNode, removeNodes } from './edits/nodes';
import { renameNode } from './edits/rename';
import { MAX_NAME, uniqueName } from './names';
import { passedBy, setOff, stuckOn } from './off';
import type { Mapping, Workflow, WorkflowDocument, WorkflowNode } from './schema';
import { childrenOf, edgeOf, edgesFrom, edgesTo, mayGoOn, nodeOf, scopesOf } from './tree';
import { boundVariables } from './variables';

export type Fix = { label: string; apply: (document: WorkflowDocument) => { document: WorkflowDocument } };

/** Functions that are offered for a step that has none. */
const OFFERED = 2;

export function fixesFor(
  document: WorkflowDocument,
  problem: Diagnostic,
  manifests: readonly FunctionManifest[],
): Fix[] {
  const { graph } = document;
  const node = problem.at.node === undefined ? undefined : nodeOf(graph, problem.at.node);
  const path = problem.at.path ?? [];
  if (problem.code === 'START_MISSING') return startFixes(graph, node);
  if (!node) return [];
  const { id } = node;
  const index = typeof path[1] === 'number' ? path[1] : 0;
  switch (problem.code) {
    case 'NAME_EMPTY':
    case 'NAME_TWICE':
    case 'NAME_TOO_LONG': {
      const wish = (node.name.trim() || node.kind).slice(0, MAX_NAME);
      const name = uniqueName(wish, (taken) => graph.nodes.some((other) => other.id !== id && other.name === taken));
      return [{ label: `Rename to “${name}”`, apply: (now) => renameNode(now, id, name) }];
    }
    case 'UNREACHABLE':
      return unreachableFixes(graph, node);
    case 'EDGE_TO_NOWHERE':
    case 'EDGE_LEAVES_SCOPE':
    case 'EDGE_TWICE':
    case 'EDGE_WITHOUT_SOURCE':
      return [{ label: 'Delete the connection', apply: (now) => disconnect(now, String(path[1])) }];
    case 'TARGET_UNKNOWN':
      return targetFixes(graph, node, path);
    case 'CHOICE_EMPTY':
      return [{ label: 'Add a rule', apply: (now) => addRule(now, id) }];
    case 'RULE_WITHOUT_EDGE':
      return [
        ...nextInLine(graph, node, 'rule', index),
        { label: 'Remove the rule', apply: (now) => removeRule(now, id, index) },
      ];
    case 'RULE_UNSET':
      return [{ label: 'Remove the rule', apply: (now) => removeRule(now, id, index) }];
    case 'CATCHER_WITHOUT_EDGE':
      return [{ label: 'Remove the catcher', apply: (now) => removeCatcher(now, id, index) }];
    case 'DEFAULT_MISSING':
      return [
        ...nextInLine(graph, node, 'default'),
        {
          label: 'End well when no rule applies',
          apply: (now) => {
            const made = addNode(now, newNode('succeed', { name: 'Nothing to do' }), { loose: node.parent });
            return connect(made.document, id, made.id, 'default');
          },
        },
      ];
    case 'WAIT_UNSET':
      return [
        {
          label: 'Wait 5 seconds',
          apply: (now) => setField(now, id, 'wait', { for: 'seconds', value: { kind: 'literal', value: 5 } }),
        },
      ];
    case 'RESOURCE_MISSING':
    case 'FUNCTION_MISSING':
    case 'FUNCTION_UNKNOWN':
      return functionFixes(node, manifests);
    case 'ARGUMENT_UNKNOWN':
      return argumentFix(node, path, 'Remove it', undefined);
    case 'ARGUMENT_MISSING':
      return askFixes(document, node, path, manifests);
    case 'ARGUMENT_TYPE':
      return literalFixes(node, path, manifests);
    case 'REFERENCE_UNKNOWN':
      return referenceFixes(graph, node, path, problem.message);
    case 'STEP_OFF_READ':
      return offFixes(graph, node, problem.message);
    case 'STEP_STUCK_ON':
      return [{ label: 'Switch it on', apply: (now) => ({ document: setOff(now, [id], false) }) }];
    case 'VARIABLE_TWICE':
    case 'VARIABLE_SHADOWED':
      return node.assign && path[0] === 'assign'
        ? [
            {
              label: `No longer set $${String(path[1])} here`,
              apply: (now) => {
                const left = lastRemoved(node.assign ?? [], String(path[1]));
                return setField(now, id, 'assign', left.length > 0 ? left : undefined);
              },
            },
          ]
        : [];
    default:
      return [];
  }
}

function lastRemoved<T extends { name: string }>(entries: T[], name: string): T[] {
  const at = entries.findLastIndex((entry) => entry.name === name);
  return entries.filter((_, i) => i !== at);
}

/** Of the two, one has to be otherwise: the step that is off, or the one that reads what it would set. */
function offFixes(graph: Workflow, node: WorkflowNode, message: string): Fix[] {
  const variable = /uses \$(\S+), which/.exec(message)?.[1];
  const owners = passedBy(graph);
  const setter = boundVariables(graph).find(({ name, node: by }) => name === variable && owners.has(by));
  const off = setter && nodeOf(graph, owners.get(setter.node)!);
  const fixes: Fix[] = [];
  if (off) {
    const { id, name } = off;
    fixes.push({ label: `Switch “${name}” on`, apply: (now) => ({ document: setOff(now, [id], false) }) });
  }
  if (!stuckOn(graph, node))
    fixes.push({
      label: `Switch “${node.name}” off as well`,
      apply: (now) => ({ document: setOff(now, [node.id], true) }),
    });
  return fixes;
}

// ------------------------------------------------------------------ what leads where

/** Where a scope begins: with what nothing leads to, else with its first step. */
function startFixes(graph: Workflow, container: WorkflowNode | undefined): Fix[] {
  const scopes = container ? scopesOf(container) : [{ parent: null, scope: graph }];
  const open = scopes.find(({ scope }) => scope.startAt === null || !nodeOf(graph, scope.startAt));
  if (!open) return [];
  const inside = childrenOf(graph, open.parent);
  const first = inside.find(({ id }) => edgesTo(graph, id).length === 0) ?? inside[0];
  return first ? [{ label: `Begin with “${first.name}”`, apply: (now) => setStart(now, first.id) }] : [];
}

function unreachableFixes(graph: Workflow, node: WorkflowNode): Fix[] {
  const beside = childrenOf(graph, node.parent).filter(({ id }) => id !== node.id);
  const ending = beside.filter(
    (other) => mayGoOn(other) && !edgeOf(graph, other.id, 'next') && !leadsFrom(graph, node, other),
  );
  const last = ending.at(-1);
  return [
    ...(last
      ? [
          {
            label: `Connect it after “${last.name}”`,
            apply: (now: WorkflowDocument) => connect(now, last.id, node.id, 'next'),
          },
        ]
      : []),
    { label: `Delete “${node.name}”`, apply: (now) => removeNodes(now, [node.id]) },
  ];
}

/** Whether one can be come to from the other: connecting them would only make a circle that nothing leads to. */
function leadsFrom(graph: Workflow, from: WorkflowNode, to: WorkflowNode): boolean {
  const seen = new Set([from.id]);
  const waiting = [from.id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === to.id) return true;
    for (const edge of edgesFrom(graph, at)) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      waiting.push(edge.to);
    }
  }
  return false;
}

/** To the step that nothing leads to yet, where there is just one. */
function nextInLine(graph: Workflow, node: WorkflowNode, kind: 'rule' | 'default', index?: number): Fix[] {
  const lonely = childrenOf(graph, node.parent).filter(
    (other) => other.id !== node.id && edgesTo(graph, other.id).length === 0 && graph.startAt !== other.id,
  );
  const [only] = lonely;
  if (!only || lonely.length > 1) return [];
  return [{ label: `Connect to “${only.name}”`, apply: (now) => connect(now, node.id, only.id, kind, index) }];
}

/** A name that the text gave and no step has: the step that may have been meant, or none. */
function targetFixes(graph: Workflow, node: WorkflowNode, path: (string | number)[]): Fix[] {
  const [what, at] = path;
  const index = typeof at === 'number' ? at : 0;
  const holder =
    what === 'rules' && node.kind === 'choice'
      ? node.rules[index]?.extra
      : what === 'catchers' && 'catchers' in node
        ? node.catchers?.[index]?.extra
        : node.extra;
  const named = String(holder?.[what === 'default' ? 'Default' : 'Next'] ?? '');
  const kind = what === 'rules' ? 'rule' : what === 'catchers' ? 'catch' : what === 'default' ? 'default' : 'next';
  const near = closest(
    named,
    childrenOf(graph, node.parent).filter(({ id }) => id !== node.id),
  );
  const forget = (now: WorkflowDocument) => forgetTarget(now, node.id, kind, index);
  const fixes: Fix[] = near
    ? [
        {
          label: `Lead to “${near.name}”`,
          apply: (now) =>
            connect(
              forget(now).document,
              node.id,
              near.id,
              kind,
              kind === 'rule' || kind === 'catch' ? index : undefined,
            ),
        },
      ]
    : [];
  if (kind === 'next') fixes.push({ label: 'End here', apply: forget });
  else if (kind === 'default') fixes.push({ label: 'No default', apply: forget });
  else if (kind === 'rule') fixes.push({ label: 'Remove the rule', apply: (now) => removeRule(now, node.id, index) });
  else fixes.push({ label: 'Remove the catcher', apply: (now) => removeCatcher(now, node.id, index) });
  return fixes;
}

function forgetTarget(document: WorkflowDocument, id: string, kind: string, index: number) {
  const node = nodeOf(document.graph, id)!;
  const less = (extra: WorkflowNode['extra'], name: string) => {
    const { [name]: _gone, ...left } = extra ?? {};
    return Object.keys(left).length > 0 ? left : undefined;
  };
  if (kind === 'rule' && node.kind === 'choice' && node.rules[index])
    return setRule(document, id, index, { ...node.rules[index], extra: less(node.rules[index].extra, 'Next') });
  if (kind === 'catch' && 'catchers' in node && node.catchers?.[index])
    return setCatcher(document, id, index, {
      ...node.catchers[index],
      extra: less(node.catchers[index].extra, 'Next'),
    });
  return setField(document, id, 'extra', less(node.extra, kind === 'default' ? 'Default' : 'Next'));
}

/** Likely meant by a name that is nearly right: few letters differ. */
function closest<T extends { name: string }>(wish: string, among: T[]): T | undefined {
  const rated = among.map((one) => ({ one, far: distance(wish.toLowerCase(), one.name.toLowerCase()) }));
  const best = rated.sort((a, b) => a.far - b.far)[0];
  return best && best.far <= Math.max(2, wish.length / 3) ? best.one : undefined;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

// ------------------------------------------------------------------ data

/** An index is made once for a list of functions. */
const indexes = new WeakMap<readonly FunctionManifest[], FunctionIndex>();
function indexOfFunctions(manifests: readonly FunctionManifest[]): FunctionIndex {
  const index = indexes.get(manifests) ?? createIndex(manifests);
  indexes.set(manifests, index);
  return index;
}

function functionFixes(node: WorkflowNode, manifests: readonly FunctionManifest[]): Fix[] {
  if (node.kind !== 'task') return [];
  const words = [node.name, node.comment, functionOf(node)].filter(Boolean).join(' ');
  const found = search(indexOfFunctions(manifests), words, OFFERED);
  return found.map(({ manifest }) => ({
    label: `Use “${manifest.title}”`,
    apply: (now) => {
      const task = nodeOf(now.graph, node.id);
      return task?.kind === 'task' ? chooseFunction(now, task, manifest) : { document: now };
    },
  }));
}

/** The names of an argument below the function's own, where a problem's path leads to one. */
function argumentPath(node: WorkflowNode, path: (string | number)[]): string[] | null {
  const [first, ...rest] = path;
  if (first !== 'arguments' || (node.kind !== 'task' && node.kind !== 'pass' && node.kind !== 'parallel')) return null;
  const lead = payloadPath(node);
  if (!lead.every((name, i) => rest[i] === name)) return null;
  const own = rest.slice(lead.length);
  return own.every((part) => typeof part === 'string') && own.length > 0 ? (own as string[]) : null;
}

function argumentFix(
  node: WorkflowNode,
  path: (string | number)[],
  label: string,
  mapping: Mapping | undefined,
): Fix[] {
  const own = argumentPath(node, path);
  return own ? [{ label, apply: (now) => setArgument(now, node.id, own, mapping) }] : [];
}

function schemaAt(node: WorkflowNode, own: string[], manifests: readonly FunctionManifest[]): JsonSchema | undefined {
  const manifest = manifests.find(({ name }) => name === functionOf(node));
  return own.reduce<JsonSchema | undefined>((schema, name) => schema?.properties?.[name], manifest?.input);
}

/** What nobody gave: something that is there already, else what is asked for when the run starts. */
function askFixes(
  document: WorkflowDocument,
  node: WorkflowNode,
  path: (string | number)[],
  manifests: readonly FunctionManifest[],
): Fix[] {
  const own = argumentPath(node, path);
  const schema = own && schemaAt(node, own, manifests);
  if (!own || !schema) return [];
  const last = own.at(-1)!;
  const known = document.input.properties ?? {};
  const name =
    Object.hasOwn(known, last) && known[last]?.type === schema.type
      ? last
      : uniqueName(last, (wish) => Object.hasOwn(known, wish), '_');
  const asks: Fix = {
    label: Object.hasOwn(known, name) ? `Take “${name}” of the input` : 'Ask for it when the run starts',
    apply: (now) => {
      const { input } = now;
      const asked = Object.hasOwn(input.properties ?? {}, name)
        ? now
        : setInput(now, {
            ...input,
            type: 'object',
            properties: { ...input.properties, [name]: schema },
            required: [...(input.required ?? []), name],
          }).document;
      return setArgument(asked, node.id, own, { kind: 'reference', from: { kind: 'input' }, path: [name] });
    },
  };
  const takes = takeFixes(document, node, own, schema, manifests);
  return [...takes, ...(takes.some(({ label }) => label === asks.label) ? [] : [asks])];
}

/** A fixed value of the wrong type that says the right one. */
function literalFixes(node: WorkflowNode, path: (string | number)[], manifests: readonly FunctionManifest[]): Fix[] {
  const own = argumentPath(node, path);
  const wanted = own && [schemaAt(node, own, manifests)?.type].flat();
  const mapping = own && 'arguments' in node ? mappingAt(node.arguments, path.slice(1)) : undefined;
  if (!wanted || mapping?.kind !== 'literal') return [];
  const { value } = mapping;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (
    (wanted.includes('number') || (wanted.includes('integer') && Number.isInteger(number))) &&
    Number.isFinite(number)
  )
    return argumentFix(node, path, `Make it the number ${number}`, { kind: 'literal', value: number });
  if (wanted.includes('boolean') && (value === 'true' || value === 'false'))
    return argumentFix(node, path, `Make it ${value}`, { kind: 'literal', value: value === 'true' });
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean'))
    return argumentFix(node, path, `Make it the text “${value}”`, { kind: 'literal', value: String(value) });
  if (wanted.includes('array') && !Array.isArray(value) && !isObject(value))
    return argumentFix(node, path, 'Make it a list of one', { kind: 'literal', value: [value] });
  return [];
}

/** A variable that no step sets: one that is called nearly the same, or nothing. */
function referenceFixes(graph: Workflow, node: WorkflowNode, path: (string | number)[], message: string): Fix[] {
  const own = argumentPath(node, path);
  if (!own) return [];
  const wish = /\$([A-Za-z0-9_]+)/.exec(message)?.[1] ?? '';
  const bound = boundVariables(graph).filter((variable) => variable.node !== node.id);
  const near = closest(wish, bound);
  const mapping = 'arguments' in node ? mappingAt(node.arguments, path.slice(1)) : undefined;
  const fixes: Fix[] = [];
  if (near && mapping?.kind === 'reference') {
    const made: Mapping = { ...mapping, from: { kind: 'variable', name: near.name } };
    const step = nodeOf(graph, near.node)?.name ?? '';
    fixes.push(...argumentFix(node, path, `Use $${near.name} of “${step}”`, made));
  }
  return [...fixes, ...argumentFix(node, path, 'Remove the reference', undefined)];
}
