/**
 * A thread at a state: the definition found, and what expressions may see there.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import { isObject, own } from '@/lib/base/json';
import { runtimeFailure } from './failure';
import {
  CHUNK,
  type ContainerFrame,
  type FactsFrame,
  type ItemRef,
  type ItemsFrame,
  itemsId,
  type MapRunFrame,
  type ThreadFrame,
  type VariablesFrame,
} from './frames';
import { parsed } from './text';
import type { Host, Machine } from './types';
import type { Work } from './work';

export type Language = 'JSONPath' | 'JSONata';

/** A place where states live: the machine, a branch, a Map's processor. */
export type Scope = { path: string; startAt: string; states: JsonObject; language: Language };

const scopesOf = new WeakMap<Machine, Map<string, Scope>>();

const languageOf = (definition: JsonObject, inherited: Language): Language => {
  const said = own(definition, 'QueryLanguage');
  return said === 'JSONata' || said === 'JSONPath' ? said : inherited;
};

/** What a Map runs for each item, by either of its names. */
export const processorOf = (state: JsonObject): JsonObject | undefined => {
  const processor = own(state, 'ItemProcessor') ?? own(state, 'Iterator');
  return isObject(processor) ? processor : undefined;
};

/** `/Fan out#0/Each#` is the processor of the Map `Each` in the first branch of `Fan out`. */
const scopeWithin = (outer: string, state: string, branch?: number): string =>
  `${outer}/${state.replace(/[%/#]/g, encodeURIComponent)}#${branch ?? ''}`;

function newScope(path: string, definition: JsonObject | undefined, inherited: Language): Scope {
  const states = own(definition, 'States');
  const startAt = own(definition, 'StartAt');
  if (!definition || !isObject(states) || typeof startAt !== 'string') {
    throw runtimeFailure('The definition has no states to run.');
  }
  return { path, startAt, states, language: languageOf(definition, inherited) };
}

function scopesFor(machine: Machine): Map<string, Scope> {
  const scopes = scopesOf.get(machine) ?? new Map<string, Scope>();
  scopesOf.set(machine, scopes);
  return scopes;
}

export function machineScope(machine: Machine): Scope {
  const scopes = scopesFor(machine);
  const scope = scopes.get('') ?? newScope('', machine, 'JSONPath');
  scopes.set('', scope);
  return scope;
}

/** The scope inside a container's state; remembered for the machine. */
export function innerScope(machine: Machine, outer: Scope, state: string, branch?: number): Scope {
  const path = scopeWithin(outer.path, state, branch);
  const scopes = scopesFor(machine);
  const known = scopes.get(path);
  if (known) return known;
  const definition = own(outer.states, state);
  if (!isObject(definition)) throw runtimeFailure(`There is no state named "${state}".`);
  const branches = own(definition, 'Branches');
  const inner = branch === undefined ? processorOf(definition) : Array.isArray(branches) ? branches[branch] : undefined;
  // a nested scope follows the machine's language, not that of the state it is in
  const scope = newScope(path, isObject(inner) ? inner : undefined, outer.language);
  scopes.set(path, scope);
  return scope;
}

/** A scope by its path: after a restart, walks down from the machine. */
export function scopeAt(machine: Machine, path: string): Scope {
  const known = scopesOf.get(machine)?.get(path);
  if (known) return known;
  let scope = machineScope(machine);
  for (const part of path.split('/').slice(1)) {
    const [state = '', branch = ''] = part.split('#');
    scope = innerScope(machine, scope, decodeURIComponent(state), branch === '' ? undefined : Number(branch));
  }
  return scope;
}

/** The type of the state that a thread is in; '' where there is none. */
export function typeAt(machine: Machine, thread: Pick<ThreadFrame, 'scope' | 'state'>): string {
  try {
    const type = own(own(scopeAt(machine, thread.scope).states, thread.state), 'Type');
    return typeof type === 'string' ? type : '';
  } catch {
    return '';
  }
}

// ------------------------------------------------------------------ variables

const NONE: JsonObject = {};
const merged = new WeakMap<VariablesFrame, JsonObject>();

/** All variables that a thread sees: inner ones hide outer ones of the same name. */
function variablesAt(work: Work, id: string | undefined): JsonObject {
  if (id === undefined) return NONE;
  const frame = work.get<VariablesFrame>(id);
  if (frame.outer === undefined) return frame.values;
  const all = merged.get(frame) ?? { ...variablesAt(work, frame.outer), ...frame.values };
  merged.set(frame, all);
  return all;
}

/** Binds variables in the thread's own scope. Frames are replaced, never changed: what was read stays as it was. */
export function assign(work: Work, thread: ThreadFrame, values: JsonObject): void {
  if (thread.ownVariables && thread.variables !== undefined) {
    const frame = work.get<VariablesFrame>(thread.variables);
    work.put<VariablesFrame>({ ...frame, values: { ...frame.values, ...values } });
    return;
  }
  const id = `variables:${work.serial()}`;
  work.put<VariablesFrame>({ id, ...(thread.variables !== undefined && { outer: thread.variables }), values });
  thread.variables = id;
  thread.ownVariables = true;
}

// ------------------------------------------------------------------ the visit

const executionPart = new WeakMap<FactsFrame, JsonObject>();

const isoTime = (at: number): string => new Date(at).toISOString();

/** `Execution` and `StateMachine` of the context object: the same for the whole run. */
function executionContext(work: Work): JsonObject {
  const frame = work.get<FactsFrame>('facts');
  let part = executionPart.get(frame);
  if (!part) {
    const facts = frame.facts;
    part = {
      Execution: {
        Id: facts.executionArn,
        Input: parsed(facts.input),
        StartTime: isoTime(facts.startedAt),
        Name: facts.executionName,
        RoleArn: facts.roleArn,
        RedriveCount: facts.redriveCount ?? 0,
      },
      StateMachine: { Id: facts.stateMachineArn, Name: facts.stateMachineName },
    };
    executionPart.set(frame, part);
  }
  return part;
}

/** Points in a state's data flow at which TestState shows the data; named as `inspectionData` names them. */
export type Seen =
  | 'afterInputPath'
  | 'afterParameters'
  | 'afterArguments'
  | 'afterItemsPath'
  | 'maxConcurrency'
  | 'toleratedFailureCount'
  | 'toleratedFailurePercentage'
  | 'result'
  | 'afterResultSelector'
  | 'afterResultPath';

export class Visit {
  readonly name: string;
  readonly state: JsonObject;
  readonly language: Language;
  /** set while a task is made: its token, for `$$.Task.Token` */
  token: string | undefined;
  /** told what each point of the data flow holds; set only where somebody wants to know */
  saw: ((point: Seen, value: Json) => void) | undefined;
  private known: JsonObject | undefined;

  constructor(
    readonly work: Work,
    readonly machine: Machine,
    readonly host: Host,
    readonly thread: ThreadFrame,
    readonly scope: Scope,
  ) {
    this.name = thread.state;
    const state = own(scope.states, thread.state);
    if (!isObject(state)) throw runtimeFailure(`There is no state named "${thread.state}".`);
    this.state = state;
    this.language = languageOf(state, scope.language);
  }

  get input(): Json {
    return this.thread.input;
  }

  get variables(): JsonObject {
    return variablesAt(this.work, this.thread.variables);
  }

  field(name: string): Json | undefined {
    return own(this.state, name);
  }

  /** The context object (`$$`, `$states.context`); with `item`, as an item selector sees it. */
  context(item: ItemRef | undefined = this.thread.item): JsonObject {
    if (this.known && item === this.thread.item && this.token === undefined) return this.known;
    const type = this.field('Type');
    const retries = type === 'Task' || type === 'Parallel' || type === 'Map';
    const context: JsonObject = {
      ...executionContext(this.work),
      State: {
        Name: this.name,
        EnteredTime: isoTime(this.thread.enteredAt),
        ...(retries && { RetryCount: this.thread.retries }),
      },
      ...(item && { Map: { Item: itemContext(this.work, item) } }),
      ...(this.token !== undefined && { Task: { Token: this.token } }),
    };
    if (item === this.thread.item && this.token === undefined) this.known = context;
    return context;
  }
}

/** An item of a running Map. */
export function itemAt(work: Work, { container, index }: ItemRef): Json {
  return work.get<ItemsFrame>(itemsId(container, index)).values[index % CHUNK] ?? null;
}

function itemContext(work: Work, item: ItemRef): JsonObject {
  const frame = work.get<ItemsFrame>(itemsId(item.container, item.index));
  const { source } = work.get<ContainerFrame | MapRunFrame>(item.container);
  const key = frame.keys?.[item.index % CHUNK];
  return {
    Index: item.index,
    ...(key !== undefined && { Key: key }),
    Value: frame.values[item.index % CHUNK] ?? null,
    ...(source !== undefined && { Source: source }),
  };
}
