/**
 * Writes a workflow graph as an Argo Workflows document: a form that needs no AWS.
 *
 *   Workflow ──toArgo()──▶ YAML of one `Workflow`, and what it could not say
 *
 * A scope becomes a DAG template, a step a task, an edge a `depends`, a rule a `when`; a function becomes a container
 * template. Every parameter holds JSON text. An image is given its function's payload as the only argument and writes its
 * answer, as JSON, to /tmp/result.json; which images those are is the placeholder that the header of the YAML explains.
 * Pure: the same graph always gives the same bytes. Values are followed in `argo-data.ts`, the order in `argo-flow.ts`,
 * expressions in `argo-values.ts`; shared templates are in `argo-templates.ts`. Longer than most files, because each kind of step has its few lines here.
 * @module
 */
import { Document, isMap } from 'yaml';
import type { Diagnostic } from '@/lib/base/problem';
import { functionOf, payloadOf } from '@/lib/graph/build';
import { running } from '@/lib/graph/off';
import {
  type Mapping,
  MISSING_FUNCTION,
  type NodeOf,
  type Parent,
  type Workflow,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/lib/graph/schema';
import { isEnd } from '@/lib/graph/scope';
import { edgeOf, mayCatch, nodeOf, scopesOf } from '@/lib/graph/tree';
import { inputOf, mappingValue, outputOf, resolve, type ScopeData } from './argo-data';
import { createNames, flowOf } from './argo-flow';
import {
  argument,
  type Context,
  jsonTag,
  type Parameter,
  plainTemplate,
  retryStrategy,
  type Say,
  sayAt,
  sayCatchers,
  sayMapLimits,
  sharedTemplate,
  simpleTag,
  type Task,
  type Template,
  tagOf,
} from './argo-templates';
import { fromComparison, literal } from './argo-values';

const HEADER = ` Made by Action Engine from the workflow NAME.
 Images: each function is taken from <registry>/<function>:latest. Set the parameter "registry" to yours.
 An image gets the function's payload, a JSON text, as its only argument and writes its answer as JSON to /tmp/result.json.
 The parameter "input" is the workflow's input; every parameter holds JSON text.`;

/**
 * @param options.name what the runs' names begin with
 * @returns `diagnostics`: what Argo cannot say, each also a comment at its task; an error means that it cannot run
 */
export function toArgo(whole: Workflow, options: { name: string }): { yaml: string; diagnostics: Diagnostic[] } {
  const graph = running(whole);
  const names = createNames();
  const main = names('main');
  const context: Context = {
    graph,
    templates: [],
    templateName: names,
    shared: new Map(),
    diagnostics: [],
    comments: new Map(),
  };
  writeScope(context, null, null, main);
  const file = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Workflow',
    metadata: { generateName: `${createNames()(options.name)}-` },
    spec: {
      entrypoint: main,
      ...(graph.timeoutSeconds === undefined ? {} : { activeDeadlineSeconds: graph.timeoutSeconds }),
      arguments: {
        parameters: [
          { name: 'input', value: '{}' },
          { name: 'registry', value: 'registry.example.com' },
        ],
      },
      templates: context.templates.toSorted((a, b) => Number(b.name === main) - Number(a.name === main)),
    },
  };
  const document = new Document(file, { aliasDuplicateObjects: false });
  document.commentBefore = HEADER.replace('NAME', JSON.stringify(options.name));
  for (const [i, template] of file.spec.templates.entries()) {
    comment(document, ['spec', 'templates', i], context.comments.get(template));
    for (const [j, task] of (template.dag?.tasks ?? []).entries()) {
      comment(document, ['spec', 'templates', i, 'dag', 'tasks', j], context.comments.get(task));
    }
  }
  return { yaml: document.toString({ lineWidth: 0 }), diagnostics: context.diagnostics };
}

function comment(document: Document, path: (string | number)[], lines: string[] | undefined): void {
  const node = document.getIn(path, true);
  if (isMap(node) && lines?.length)
    node.commentBefore = lines.map((line) => ` ${line.replace(/\s*\n\s*/g, ' ')}`).join('\n');
}

// ------------------------------------------------------------------ scopes

/** A scope as a DAG template. @returns what its caller has to pass */
function writeScope(context: Context, parent: Parent | null, outer: ScopeData | null, name: string): ScopeData {
  const { graph } = context;
  const flow = flowOf(graph, parent);
  const holder = parent ? (nodeOf(graph, parent.id) ?? null) : null;
  const data: ScopeData = {
    graph,
    parent,
    flow,
    outer,
    taskOf: new Map(),
    branchesOf: new Map(),
    handed: new Map(),
    memo: new Map(),
    nameOf: createNames(),
  };
  if (holder?.kind === 'map') data.nameOf('item');
  const taskName = createNames();
  for (const node of flow.nodes) {
    data.taskOf.set(node.id, taskName(node.name));
    if (node.kind !== 'parallel') continue;
    data.branchesOf.set(
      node.id,
      node.branches.map((_, i) => taskName(`${node.name} branch ${i + 1}`)),
    );
  }
  const template: Template = { name };
  context.templates.push(template);
  const say = sayAt(context, holder, template);
  for (const node of flow.lost) {
    say(
      'UNREACHABLE',
      `Nothing leads to "${node.name}"; it is left out.`,
      'Connect an earlier step to it, or delete it.',
    );
  }
  if (!flow.start) {
    const where = holder ? `"${holder.name}"` : 'The workflow';
    say('SCOPE_EMPTY', `${where} has nothing to run, which Argo does not take.`, 'Put a step into it.', 'error');
  }
  const tasks = flow.nodes.flatMap((node) => writeNode(context, data, node, template, taskName));
  for (const edge of flow.back) {
    const [from, to] = [nodeOf(graph, edge.from), nodeOf(graph, edge.to)];
    const task = tasks.find((one) => one.name === data.taskOf.get(edge.from));
    sayAt(context, from ?? null, task ?? template)(
      'ARGO_LOOP',
      `The way from "${from?.name}" back to "${to?.name}" is left out: Argo's graphs have no circles.`,
      'Repeat with a retry or a Map, or write a template that calls itself.',
    );
  }
  const inputs = [
    ...(holder?.kind === 'map' ? ['item'] : []),
    ...[...data.handed.values()].map((handed) => handed.name),
  ];
  const result = scopeResult(context, data, template, holder);
  // Handed-in values are found while the tasks and the result are written, so the inputs are known only now.
  const all = [...new Set([...inputs, ...[...data.handed.values()].map((handed) => handed.name)])];
  if (all.length > 0) template.inputs = { parameters: all.map((one) => ({ name: one })) };
  if (result) template.outputs = { parameters: [{ name: 'result', valueFrom: result }] };
  const retry =
    holder && 'retry' in holder ? retryStrategy(holder.retry, sayAt(context, holder, template), holder) : null;
  if (retry) template.retryStrategy = retry;
  template.dag = { tasks };
  return data;
}

/** What the steps that end a scope leave; of several, the one that ran. */
function scopeResult(
  context: Context,
  data: ScopeData,
  template: Template,
  holder: WorkflowNode | null,
): Record<string, string> | null {
  const ends = data.flow.nodes.filter((node) => isEnd(context.graph, node));
  const values = ends.map((node) => ({ node, value: outputOf(data, node)([]) }));
  const lost = values.filter(({ value }) => value === null).map(({ node }) => `"${node.name}"`);
  if (lost.length > 0) {
    sayAt(context, holder, template)(
      'ARGO_VALUE',
      `What ${lost.join(', ')} gives at the end cannot be said in Argo; it is null there.`,
      'Take it from one earlier step, by a plain path.',
    );
  }
  const [only, ...others] = values;
  if (!only) return null;
  const tag = others.length === 0 ? simpleTag(only.value) : null;
  if (tag) return { parameter: tag };
  const text = (value: string | null) => (value === null ? "'null'" : `toJson(${value})`);
  const expression = values.reduceRight<string>(
    (otherwise, { node, value }, i) =>
      i === values.length - 1 && values.length === 1
        ? text(value)
        : `tasks['${data.taskOf.get(node.id)}'].status == 'Succeeded' ? ${text(value)} : ${otherwise}`,
    "'null'",
  );
  return { expression };
}

// ------------------------------------------------------------------ edges

/** The task's place in the graph: what it depends on, and when it runs. */
function placeOf(
  context: Context,
  data: ScopeData,
  node: WorkflowNode,
  taskName: (wish: string) => string,
  say: Say,
): { place: Pick<Task, 'depends' | 'when'>; gates: Task[] } {
  const incoming = data.flow.incoming(node.id);
  const starts = data.flow.start?.id === node.id;
  const [only] = incoming;
  // A loop whose `when` is false counts as succeeded in Argo, so a Map never bears a condition itself.
  const bearsNone = node.kind === 'map' && only?.kind !== 'next';
  if (only && incoming.length === 1 && !starts && !bearsNone) {
    const when = whenOf(context, data, only, say);
    return { place: { depends: passed(data, only), ...(when === null ? {} : { when }) }, gates: [] };
  }
  // Several ways lead here, and a task has one `when`: each rule gets a gate of its own, a task that does nothing.
  const gates: Task[] = [];
  const ways = incoming.map((edge) => {
    const when = whenOf(context, data, edge, say);
    if (when === null) return passed(data, edge);
    const name = taskName(`${data.taskOf.get(edge.from)} to ${data.taskOf.get(node.id)}`);
    gates.push({ name, template: plainTemplate(context, 'nothing'), depends: passed(data, edge), when });
    return `${name}.Succeeded`;
  });
  return { place: ways.length > 0 ? { depends: [...new Set(ways)].join(' || ') } : {}, gates };
}

/** What has to have happened before an edge is gone. */
function passed(data: ScopeData, edge: WorkflowEdge): string {
  const from = nodeOf(data.graph, edge.from);
  const name = data.taskOf.get(edge.from);
  if (edge.kind !== 'catch') return `${name}.Succeeded`;
  const failed = (from && data.branchesOf.get(from.id)) || [name];
  return `(${failed.flatMap((task) => [`${task}.Failed`, `${task}.Errored`]).join(' || ')})`;
}

/** The condition of a rule: true, and none before it. `null` for edges that have none. */
function whenOf(context: Context, data: ScopeData, edge: WorkflowEdge, say: Say): string | null {
  const choice = nodeOf(context.graph, edge.from);
  if (choice?.kind !== 'choice' || (edge.kind !== 'rule' && edge.kind !== 'default')) return null;
  const upTo = edge.kind === 'rule' ? (edge.index ?? 0) : choice.rules.length;
  const conditions = choice.rules.slice(0, upTo + 1).map((rule) => {
    const { condition } = rule;
    if (condition.language === 'JSONata')
      return condition.value.kind === 'literal'
        ? String(condition.value.value === true)
        : mappingValue(data, choice, condition.value)([]);
    return fromComparison(condition.value, (reference) => resolve(data, choice, reference));
  });
  const unsaid = conditions.indexOf(null);
  if (unsaid >= 0) {
    say(
      'ARGO_CONDITION',
      `Rule ${unsaid + 1} of "${choice.name}" cannot be said in Argo, so this way is never taken there.`,
      'Write the condition as a comparison of values of earlier steps, or fill in "when" by hand.',
    );
    return 'false';
  }
  const parts = conditions
    .map((condition, i) => (edge.kind === 'rule' && i === upTo ? condition : `!(${condition})`))
    .toReversed();
  return parts.length === 0 ? null : `{{= ${parts.join(' && ')} }}`;
}

// ------------------------------------------------------------------ steps

function writeNode(
  context: Context,
  data: ScopeData,
  node: WorkflowNode,
  own: Template,
  taskName: (wish: string) => string,
): Task[] {
  const task: Task = { name: data.taskOf.get(node.id)!, template: '' };
  const say = sayAt(context, node, task);
  const { place, gates } = placeOf(context, data, node, taskName, say);
  if (mayCatch(node)) sayCatchers(node, say);
  const plain = (template: string, more: Partial<Task> = {}): Task[] => [
    ...gates,
    Object.assign(task, { template }, place, more),
  ];
  switch (node.kind) {
    case 'task': {
      const { template, parameters } = writeWork(context, data, node, say);
      return plain(template, parameters.length > 0 ? { arguments: { parameters } } : {});
    }
    case 'choice':
      if (!edgeOf(context.graph, node.id, 'default')) {
        say(
          'ARGO_CHOICE',
          `"${node.name}" has no default: on AWS the run fails when no rule applies, in Argo it ends there, succeeded.`,
          'Connect its default to a step, for example to a Fail.',
        );
      }
      return plain(plainTemplate(context, 'nothing'));
    case 'pass':
    case 'succeed':
      return plain(plainTemplate(context, 'nothing'));
    case 'wait': {
      const seconds = node.wait?.for === 'seconds' ? argument(data, node, node.wait.value) : null;
      if (seconds !== null) {
        return plain(plainTemplate(context, 'wait'), {
          arguments: { parameters: [{ name: 'seconds', value: seconds }] },
        });
      }
      say(
        'ARGO_WAIT',
        `"${node.name}" waits for ${node.wait?.for === 'timestamp' ? 'a point in time' : 'a time that Argo cannot work out'}; in Argo it waits until somebody resumes it.`,
        'Wait for a number of seconds, or resume it with "argo resume".',
      );
      return plain(plainTemplate(context, 'wait-for-resume'));
    }
    case 'fail': {
      const parameters = (['error', 'cause'] as const).map((name) => ({
        name,
        value: node[name] ? (argument(data, node, node[name]) ?? '""') : '""',
      }));
      return plain(plainTemplate(context, 'fail'), { arguments: { parameters } });
    }
    case 'parallel': {
      const names = data.branchesOf.get(node.id) ?? [];
      const branches = scopesOf(node).map(({ parent }, i): Task => {
        const template = context.templateName(`${node.name} branch ${i + 1}`);
        const inner = writeScope(context, parent, data, template);
        return { name: names[i]!, template, ...place, ...handedTo(inner) };
      });
      if (node.retry?.length)
        say(
          'ARGO_RETRY',
          `"${node.name}" is tried again as a whole on AWS; in Argo each branch alone is.`,
          'Nothing is to be done where the branches do not touch the same things.',
          'info',
        );
      return [
        ...gates,
        ...branches,
        // Joins the branches: what follows waits for all of them.
        Object.assign(
          task,
          { template: plainTemplate(context, 'nothing') },
          names.length > 0 ? { depends: names.map((name) => `${name}.Succeeded`).join(' && ') } : place,
        ),
      ];
    }
    case 'map': {
      const template = context.templateName(`${node.name} each`);
      const inner = writeScope(context, scopesOf(node)[0]!.parent, data, template);
      const withParam = writeItems(data, node, say);
      sayMapLimits(node, own, say);
      const { arguments: handed } = handedTo(inner);
      return plain(template, {
        withParam,
        arguments: { parameters: [{ name: 'item', value: '{{item.value}}' }, ...(handed?.parameters ?? [])] },
      });
    }
  }
}

const handedTo = ({ handed }: ScopeData): Pick<Task, 'arguments'> =>
  handed.size === 0
    ? {}
    : { arguments: { parameters: [...handed.values()].map(({ name, value }) => ({ name, value: jsonTag(value) })) } };

/** The function or service that a Task calls, as a container template, and what it is given. */
function writeWork(
  context: Context,
  data: ScopeData,
  node: NodeOf<'task'>,
  say: Say,
): { template: string; parameters: Parameter[] } {
  const called = functionOf(node);
  const wish =
    called ?? (node.resource === MISSING_FUNCTION ? node.name : node.resource.replace(/^arn:aws[\w-]*:states:::/, ''));
  if (called === null) {
    say(
      'ARGO_SERVICE',
      node.resource === MISSING_FUNCTION
        ? `No function does "${node.name}" yet, so there is no image for it.`
        : `"${node.name}" calls ${node.resource || 'nothing'}, which only AWS knows.`,
      'Give the image of its template a program that does this.',
    );
  }
  const payload = payloadOf(node);
  const fields = payload && fieldsOf(payload);
  const nameOf = createNames();
  // Named as the function names them, as far as Kubernetes takes that.
  const parameters = fields
    ? fields.map(({ name, value }) => ({
        field: name,
        name: /^[A-Za-z_][\w-]*$/.test(name) ? name : nameOf(name),
        value: argument(data, node, value),
      }))
    : [
        {
          field: null,
          name: 'payload',
          value: payload ? argument(data, node, payload) : tagOf(inputOf(data, node)([])),
        },
      ];
  for (const { field, value } of parameters) {
    if (value !== null) continue;
    say(
      'ARGO_VALUE',
      `${field === null ? 'What' : `"${field}", which`} "${node.name}" is given cannot be said in Argo; it is null there.`,
      'Take it from one earlier step, by a plain path, or fill it in by hand.',
    );
  }
  const seconds =
    node.timeout?.kind === 'literal' && typeof node.timeout.value === 'number' ? node.timeout.value : null;
  for (const [field, there] of [
    ['timeout', node.timeout && seconds === null],
    ['heartbeat', node.heartbeat],
    ['credentials', node.credentials],
  ] as const) {
    if (there)
      say(
        'ARGO_FIELD',
        `The ${field} of "${node.name}" has no place in Argo.`,
        'Set it in the cluster, or do without.',
        'info',
      );
  }
  const retry = retryStrategy(node.retry, say, node);
  const inside = parameters.map(({ name }) => `{{inputs.parameters.${name}}}`);
  const template: Omit<Template, 'name'> = {
    ...(parameters.length > 0 ? { inputs: { parameters: parameters.map(({ name }) => ({ name })) } } : {}),
    outputs: { parameters: [{ name: 'result', valueFrom: { path: '/tmp/result.json' } }] },
    ...(seconds === null ? {} : { activeDeadlineSeconds: seconds }),
    ...(retry ? { retryStrategy: retry } : {}),
    container: {
      image: `{{workflow.parameters.registry}}/${createNames()(wish)}:latest`,
      args: [
        fields
          ? `{${parameters.map(({ field }, i) => `${JSON.stringify(field)}: ${inside[i]}`).join(', ')}}`
          : inside[0]!,
      ],
    },
  };
  return {
    template: sharedTemplate(context, wish, template),
    parameters: parameters.map(({ name, value }) => ({ name, value: value ?? 'null' })),
  };
}

function fieldsOf(mapping: Mapping): { name: string; value: Mapping }[] | null {
  if (mapping.kind === 'object') return mapping.fields;
  if (
    mapping.kind !== 'literal' ||
    typeof mapping.value !== 'object' ||
    mapping.value === null ||
    Array.isArray(mapping.value)
  )
    return null;
  return Object.entries(mapping.value).map(([name, value]) => ({ name, value: { kind: 'literal', value } }));
}

/** A Map's list, each item as `{ value }` with its JSON text: `{{item.value}}` is then text, whatever the item is. */
function writeItems(data: ScopeData, node: NodeOf<'map'>, say: Say): string {
  const items = node.itemReader
    ? null
    : node.items
      ? mappingValue(data, node, node.items)([])
      : inputOf(data, node)([]);
  const each = node.itemSelector ? selected(data, node, node.itemSelector) : '#';
  if (items !== null && each !== null) return `{{=toJson(map(${items}, { { 'value': toJson(${each}) } }))}}`;
  say(
    'ARGO_MAP',
    `The items of "${node.name}" cannot be said in Argo; its list is empty there.`,
    'Take the list from one earlier step, by a plain path, or fill in "withParam" by hand.',
  );
  return '[]';
}

/** The item selector; within `map`, Argo calls the item `#`. */
function selected(data: ScopeData, node: NodeOf<'map'>, mapping: Mapping): string | null {
  if (
    mapping.kind === 'reference' &&
    mapping.from.kind === 'context' &&
    mapping.path.slice(0, 3).join('.') === 'Map.Item.Value'
  ) {
    return mapping.path.slice(3).reduce<string>((before, segment) => `${before}[${literal(segment)}]`, '#');
  }
  if (mapping.kind !== 'object') return mappingValue(data, node, mapping)([]);
  const fields = mapping.fields.map(({ name, value }) => [name, selected(data, node, value)] as const);
  return fields.every(([, value]) => value !== null)
    ? `{ ${fields.map(([name, value]) => `${literal(name)}: ${value}`).join(', ')} }`
    : null;
}
