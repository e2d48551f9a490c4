/**
 * The workflow that a person edits: one schema for everything Amazon States Language can say.
 *
 *   Document = graph (what compiles) + layout, notes, input schema, trials, text as written (what lives beside it)
 *
 * Nodes are flat; a node inside a Parallel's branch or a Map's processor names its container in `parent`. Their order in
 * `nodes` is the order of `States` in the definition, scope by scope. Fields absent here are absent in the definition:
 * `compile` adds nothing. A field that this schema cannot hold is kept, word for word, in `extra`.
 *
 * Node ids are opaque and survive a rename; references between steps go through variables, by name.
 * @module
 */
import { z } from 'zod';
import { JsonSchema } from '@/lib/functions/manifest';

const Json = z.json();
export const QueryLanguage = z.enum(['JSONPath', 'JSONata']);
export type QueryLanguage = z.infer<typeof QueryLanguage>;

// ------------------------------------------------------------------ data mappings

/** Where a reference begins. `input` is the workflow's own input: the context object's `Execution.Input`. */
export const Source = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('variable'), name: z.string() }), // $name: an earlier step's result, kept by its `assign`
  z.object({ kind: z.literal('input') }), // JSONata $states.context.Execution.Input, JSONPath $$.Execution.Input
  z.object({ kind: z.literal('context') }), // JSONata $states.context, JSONPath $$
  z.object({ kind: z.literal('state-input') }), // JSONata $states.input, JSONPath $
  z.object({ kind: z.literal('result') }), // JSONata $states.result: only in assign and output
  z.object({ kind: z.literal('error') }), // JSONata $states.errorOutput: only in a catcher's assign and output
]);
export type Source = z.infer<typeof Source>;

/**
 * Where a value comes from.
 *
 * `expression.text` is what stands between `{%` and `%}` (blanks included) in JSONata, the whole string in JSONPath.
 * `object` and `list` occur only when something inside is not literal; otherwise the whole is one literal.
 * Fields are a list, because their order is kept and any name is allowed.
 */
export type Mapping =
  | { kind: 'literal'; value: z.infer<typeof Json> }
  | { kind: 'reference'; from: Source; path: (string | number)[] }
  | { kind: 'expression'; text: string }
  | { kind: 'object'; fields: { name: string; value: Mapping }[] }
  | { kind: 'list'; items: Mapping[] };
export const Mapping: z.ZodType<Mapping> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('literal'), value: Json }),
    z.object({ kind: z.literal('reference'), from: Source, path: z.array(z.union([z.string(), z.number().int()])) }),
    z.object({ kind: z.literal('expression'), text: z.string() }),
    z.object({ kind: z.literal('object'), fields: z.array(z.object({ name: z.string(), value: Mapping })) }),
    z.object({ kind: z.literal('list'), items: z.array(Mapping) }),
  ]),
);

/** Variables bound when a step ends: `Assign`. */
export const Assignments = z.array(z.object({ name: z.string(), value: Mapping }));
export type Assignments = z.infer<typeof Assignments>;

const Extra = z.record(z.string(), Json).optional();

// ------------------------------------------------------------------ errors

export const Retrier = z.object({
  errorEquals: z.array(z.string()),
  intervalSeconds: z.number().optional(),
  maxAttempts: z.number().optional(),
  backoffRate: z.number().optional(),
  maxDelaySeconds: z.number().optional(),
  jitterStrategy: z.string().optional(),
  comment: z.string().optional(),
  extra: Extra,
});
export type Retrier = z.infer<typeof Retrier>;

/** Where it leads is the edge of kind `catch` with its index. `resultPath` is JSONPath's, `output` JSONata's. */
export const Catcher = z.object({
  errorEquals: z.array(z.string()),
  resultPath: z.string().nullable().optional(),
  assign: Assignments.optional(),
  output: Mapping.optional(),
  comment: z.string().optional(),
  extra: Extra,
});
export type Catcher = z.infer<typeof Catcher>;

// ------------------------------------------------------------------ nodes

/** `branch` is the index in a Parallel's branches; 0 in a Map. */
export const Parent = z.object({ id: z.string(), branch: z.number().int().min(0) });
export type Parent = z.infer<typeof Parent>;

/** A scope of states: the machine itself, a Parallel's branch, a Map's processor. `startAt` is a node id. */
const Scope = z.object({
  startAt: z.string().nullable(),
  comment: z.string().optional(),
  queryLanguage: QueryLanguage.optional(),
  extra: Extra,
});
export type Scope = z.infer<typeof Scope>;

const common = {
  id: z.string().min(1),
  /** the state's name, unique over the whole machine, 1–80 characters */
  name: z.string(),
  parent: Parent.nullable().default(null),
  comment: z.string().optional(),
  queryLanguage: QueryLanguage.optional(),
  extra: Extra,
  /** switched off: it is passed by when the workflow runs (`off.ts`) */
  off: z.literal(true).optional(),
  // what a state does with data, where its type and language allow it
  inputPath: z.string().nullable().optional(), // JSONPath
  outputPath: z.string().nullable().optional(), // JSONPath
  resultPath: z.string().nullable().optional(), // JSONPath
  resultSelector: Mapping.optional(), // JSONPath
  assign: Assignments.optional(),
  output: Mapping.optional(), // JSONata
};
/** `Arguments` in JSONata, `Parameters` in JSONPath. */
const args = { arguments: Mapping.optional() };
const errors = { retry: z.array(Retrier).optional(), catchers: z.array(Catcher).optional() };

export const TaskNode = z.object({
  ...common,
  ...args,
  ...errors,
  kind: z.literal('task'),
  /** an ARN; `arn:aws:states:::lambda:invoke` for functions, whose name is then in `arguments.FunctionName` */
  resource: z.string(),
  credentials: Mapping.optional(),
  /** seconds, or where they come from */
  timeout: Mapping.optional(),
  heartbeat: Mapping.optional(),
});
export const PassNode = z.object({ ...common, ...args, kind: z.literal('pass'), result: Json.optional() });
/**
 * Where a rule leads is the edge of kind `rule` with its index. `condition` is an expression (JSONata), or a tree of
 * comparisons as JSON without Next, Assign, Output and Comment (JSONPath: `{ Variable: '$.n', NumericGreaterThan: 1 }`).
 */
export const ChoiceRule = z.object({
  condition: z.union([
    z.object({ language: z.literal('JSONata'), value: Mapping }),
    z.object({ language: z.literal('JSONPath'), value: z.record(z.string(), Json) }),
  ]),
  assign: Assignments.optional(),
  output: Mapping.optional(),
  comment: z.string().optional(),
  extra: Extra,
});
export type ChoiceRule = z.infer<typeof ChoiceRule>;
export const ChoiceNode = z.object({ ...common, kind: z.literal('choice'), rules: z.array(ChoiceRule) });
export const WaitNode = z.object({
  ...common,
  kind: z.literal('wait'),
  /** `null`: not set yet. A reference or expression stands for `SecondsPath`, `TimestampPath`, or JSONata. */
  wait: z.object({ for: z.enum(['seconds', 'timestamp']), value: Mapping }).nullable(),
});
export const ParallelNode = z.object({
  ...common,
  ...args,
  ...errors,
  kind: z.literal('parallel'),
  branches: z.array(Scope),
});
export const MapNode = z.object({
  ...common,
  ...errors,
  kind: z.literal('map'),
  processor: Scope,
  /** `ProcessorConfig`, e.g. `{ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }`; absent means inline */
  processorConfig: z.record(z.string(), Json).optional(),
  /** the old spelling: `Iterator` for `ItemProcessor`; and `Parameters` for `ItemSelector` */
  legacy: z.object({ iterator: z.boolean().optional(), parameters: z.boolean().optional() }).optional(),
  /** `Items` in JSONata, `ItemsPath` in JSONPath */
  items: Mapping.optional(),
  itemSelector: Mapping.optional(),
  /** `ItemReader`, `ItemBatcher`, `ResultWriter`: as in the definition */
  itemReader: z.record(z.string(), Json).optional(),
  itemBatcher: z.record(z.string(), Json).optional(),
  resultWriter: z.record(z.string(), Json).optional(),
  maxConcurrency: Mapping.optional(),
  toleratedFailureCount: Mapping.optional(),
  toleratedFailurePercentage: Mapping.optional(),
  label: z.string().optional(),
});
export const SucceedNode = z.object({ ...common, kind: z.literal('succeed') });
export const FailNode = z.object({
  ...common,
  kind: z.literal('fail'),
  error: Mapping.optional(), // Error, or ErrorPath
  cause: Mapping.optional(), // Cause, or CausePath
});

export const WorkflowNode = z.discriminatedUnion('kind', [
  TaskNode,
  PassNode,
  ChoiceNode,
  WaitNode,
  ParallelNode,
  MapNode,
  SucceedNode,
  FailNode,
]);
export type WorkflowNode = z.infer<typeof WorkflowNode>;
export type NodeKind = WorkflowNode['kind'];
export type NodeOf<K extends NodeKind> = Extract<WorkflowNode, { kind: K }>;
export type TaskNode = NodeOf<'task'>;
export type ChoiceNode = NodeOf<'choice'>;
export type MapNode = NodeOf<'map'>;
export type ParallelNode = NodeOf<'parallel'>;

// ------------------------------------------------------------------ edges

/**
 * From node to node within one scope. A node that may go on and has no `next` edge ends its scope (`End: true`).
 * `index` is the rule's or the catcher's; absent for next and default. The id is always `edgeId(edge)`.
 */
export const WorkflowEdge = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  kind: z.enum(['next', 'rule', 'default', 'catch']),
  index: z.number().int().min(0).optional(),
});
export type WorkflowEdge = z.infer<typeof WorkflowEdge>;
export type EdgeKind = WorkflowEdge['kind'];

export const edgeId = (edge: { from: string; kind: EdgeKind; index?: number }): string =>
  `${edge.from}:${edge.kind}${edge.index === undefined ? '' : `:${edge.index}`}`;

// ------------------------------------------------------------------ workflow and document

export const Workflow = z.object({
  ...Scope.shape,
  version: z.string().optional(),
  timeoutSeconds: z.number().optional(),
  nodes: z.array(WorkflowNode),
  edges: z.array(WorkflowEdge),
});
export type Workflow = z.infer<typeof Workflow>;

/** px; `pinned`: placed by hand, tidying leaves it there. Positions are relative to the container, as in React Flow. */
export const Layout = z.object({
  positions: z
    .record(z.string(), z.object({ x: z.number(), y: z.number(), pinned: z.boolean().optional() }))
    .default({}),
  collapsed: z.array(z.string()).default([]),
});
export type Layout = z.infer<typeof Layout>;

export const Note = z.object({
  id: z.string(),
  text: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number().default(220),
  height: z.number().default(96),
});
export type Note = z.infer<typeof Note>;

/** What a task is said to answer in a run that tries the workflow: its function's answer, else its service's, or an error. */
export const Mock = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), value: Json }),
  z.object({ kind: z.literal('error'), error: z.string(), cause: z.string().default('') }),
]);
export type Mock = z.infer<typeof Mock>;

/** A step's input, output and the variables it set, as a run had them: kept as its sample. */
export const Pin = z.object({ input: Json.optional(), output: Json, assigned: z.record(z.string(), Json).default({}) });
export type Pin = z.infer<typeof Pin>;

/** How a person tries the workflow, by node id; never part of the definition. */
export const Trial = z.object({
  pins: z.record(z.string(), Pin).default({}),
  mocks: z.record(z.string(), Mock).default({}),
  /** values of `${Placeholders}` for runs from here */
  values: z.record(z.string(), z.string()).default({}),
});
export type Trial = z.infer<typeof Trial>;

/** The definition's text as a person wrote it last: its comments and its form. What it says may be out of date. */
export const SourceText = z.object({ json: z.string().optional(), yaml: z.string().optional() });
export type SourceText = z.infer<typeof SourceText>;

/** A step that nothing can do yet: it compiles to a task with this resource, and `check` reports it. */
export const MISSING_FUNCTION = 'action-engine:missing';

export const WorkflowDocument = z.object({
  graph: Workflow,
  layout: Layout.default({ positions: {}, collapsed: [] }),
  notes: z.array(Note).default([]),
  /** what a run needs: the form is drawn from it; `default` holds what the prompt said */
  input: JsonSchema.default({ type: 'object', properties: {} }),
  trial: Trial.optional(),
  text: SourceText.optional(),
});
export type WorkflowDocument = z.infer<typeof WorkflowDocument>;

export const emptyWorkflow = (): Workflow => ({ queryLanguage: 'JSONata', startAt: null, nodes: [], edges: [] });
export const emptyDocument = (): WorkflowDocument => ({
  graph: emptyWorkflow(),
  layout: { positions: {}, collapsed: [] },
  notes: [],
  input: { type: 'object', properties: {} },
});
