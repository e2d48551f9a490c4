/**
 * Map: runs its processor once for each item: inline as threads of this execution, distributed as executions of their own.
 * @module
 */
import { jsonType, queryType, StatesError } from '@/lib/asl/errors';
import { readReference } from '@/lib/asl/jsonpath';
import { fillTemplate, jsonataOf } from '@/lib/asl/template';
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { abortRunning, finish, startThread } from '../containers';
import { effectiveInput, filled, lookUp, pathScope, typed } from '../data';
import { runtimeFailure, StateFailure } from '../failure';
import { failFromOutside, type Stage } from '../flow';
import { CHUNK, type ContainerFrame, type ItemRef, type ItemsFrame, itemsId, type ThreadFrame } from '../frames';
import { enterMapRun } from '../map-run-setup';
import { innerScope, itemAt, processorOf, scopeAt, Visit } from '../visit';
import type { Work } from '../work';
import { BLOCK, type Handler, type Move } from './handler';

/** AWS runs at most so many iterations of an inline Map at a time. */
const INLINE_CONCURRENCY = 40;

export type Items = { values: Json[]; keys?: string[] };

/** What the Map goes over. Objects are allowed where `keyed`: by distributed Maps. */
export async function itemsOf(visit: Visit, keyed: boolean): Promise<Items> {
  if (visit.language === 'JSONPath') {
    const path = visit.field('ItemsPath');
    const input = effectiveInput(visit);
    const value = typeof path === 'string' ? readReference(path, pathScope(visit, input)) : input;
    if (Array.isArray(value)) {
      visit.saw?.('afterItemsPath', value);
      return { values: value };
    }
    const shown = typeof path === 'string' ? path.replace(/^\$\$/, '$') : '$';
    throw runtimeFailure(`Reference path "${shown}" must point to array.`);
  }
  const template = visit.field('Items');
  if (template === undefined) {
    if (Array.isArray(visit.input)) return { values: visit.input };
    throw new StateFailure(
      'States.QueryEvaluationError',
      `Map state input must be an array but was: ${JSON.stringify(visit.input)}`,
      { evaluation: true },
    );
  }
  const value = await filled(visit, template, 'Items');
  if (Array.isArray(value)) return { values: value };
  if (keyed && isObject(value)) return { values: Object.values(value), keys: Object.keys(value) };
  const expression = typeof template === 'string' ? jsonataOf(template) : null;
  if (expression !== null) throw queryType(expression, 'Items', 'array', value);
  throw new StatesError(
    'States.QueryEvaluationError',
    `The field 'Items' must be an array but was: ${jsonType(value)}`,
  );
}

/** Stores items once, in frames of their own. */
export function putItems(work: Work, container: string, { values, keys }: Items): void {
  for (let i = 0; i < values.length; i += CHUNK) {
    work.put<ItemsFrame>({
      id: itemsId(container, i),
      values: values.slice(i, i + CHUNK),
      ...(keys && { keys: keys.slice(i, i + CHUNK) }),
    });
  }
}

/** What one iteration is given: the item, or what the selector makes of it. */
export function selected(visit: Visit, item: ItemRef): Json | Promise<Json> {
  const selector =
    visit.field('ItemSelector') ?? (visit.language === 'JSONPath' ? visit.field('Parameters') : undefined);
  if (selector === undefined) return itemAt(visit.work, item);
  if (visit.language === 'JSONata') return filled(visit, selector, 'ItemSelector', {}, item);
  return fillTemplate(selector, pathScope(visit, effectiveInput(visit), item));
}

const show = (value: Json | undefined): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** `MaxConcurrency` and its like: written out, at a path, or computed. @returns null when not given */
export async function numberOf(
  visit: Visit,
  field: string,
  kind: 'integer' | 'float' = 'integer',
): Promise<number | null> {
  const fits = (value: Json | undefined): value is number =>
    typeof value === 'number' && (kind === 'float' || Number.isInteger(value));
  const path = visit.field(`${field}Path`);
  if (visit.language === 'JSONPath' && typeof path === 'string') {
    const found = lookUp(path, pathScope(visit, effectiveInput(visit)));
    // AWS takes a number's text for the number here
    const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
    if (!fits(value) || Number.isNaN(value))
      throw runtimeFailure(
        `The ${field}Path field refers to value "${show(found)}" which is not a valid ${kind}: ${path}`,
      );
    return value;
  }
  const said = visit.field(field);
  if (said === undefined) return null;
  if (visit.language === 'JSONata')
    return (await typed(visit, said, field, kind === 'float' ? 'number' : 'integer', fits)) as number;
  if (!fits(said)) throw runtimeFailure(`${field} must be a number, not ${JSON.stringify(said)}.`);
  return said;
}

/** `MaxConcurrency` within what is allowed; 0 is as many as allowed. */
export async function concurrencyOf(visit: Visit, most: number): Promise<number> {
  const said = (await numberOf(visit, 'MaxConcurrency')) ?? 0;
  if (said < 0) throw runtimeFailure('MaxConcurrency cannot be negative.');
  visit.saw?.('maxConcurrency', said);
  return said === 0 ? most : Math.min(said, most);
}

const isDistributed = (processor: JsonObject | undefined): boolean =>
  own(own(processor, 'ProcessorConfig'), 'Mode') === 'DISTRIBUTED';

export const map: Handler = {
  async enter(visit) {
    if (isDistributed(processorOf(visit.state))) return enterMapRun(visit);
    return enterInline(visit);
  },
};

async function enterInline(visit: Visit): Promise<Move> {
  const { thread, work, machine, scope, name } = visit;
  const items = await itemsOf(visit, false);
  thread.previous = work.record('MapStateStarted', thread.previous, 'mapStateStarted', { length: items.values.length });
  const concurrency = await concurrencyOf(visit, INLINE_CONCURRENCY);
  innerScope(machine, scope, name); // a Map without a processor fails here, not at its first item
  const container = work.put<ContainerFrame>({
    id: `container:${work.serial()}`,
    kind: 'map',
    thread: thread.id,
    total: items.values.length,
    next: 0,
    done: 0,
    concurrency,
    running: {},
  });
  putItems(work, container.id, items);
  thread.inside = container.id;
  thread.phase = 'blocked';
  if (container.total === 0) finish(work, container, thread.previous);
  else await startSome(visit, container, thread.previous);
  return BLOCK;
}

async function startSome(visit: Visit, container: ContainerFrame, previous: number): Promise<void> {
  const { work, machine, scope, name } = visit;
  const inner = innerScope(machine, scope, name);
  for (
    let running = Object.keys(container.running).length;
    running < container.concurrency && container.next < container.total;
    running++
  ) {
    const index = container.next;
    const item: ItemRef = { container: container.id, index };
    const input = selected(visit, item);
    const value = input instanceof Promise ? await input : input;
    container.next++;
    const started = work.record('MapIterationStarted', previous, 'mapIterationStarted', { name, index });
    startThread(visit, container, inner, index, value, started, item);
  }
}

/** Goes on with the next items when an iteration has ended; `previous` is that iteration's last event. */
export async function startIterations(stage: Stage, container: ContainerFrame, previous: number): Promise<void> {
  const { work, machine, host } = stage;
  const at = (thread: ThreadFrame) => new Visit(work, machine, host, thread, scopeAt(machine, thread.scope));
  try {
    await startSome(at(work.get<ThreadFrame>(container.thread)), container, previous);
  } catch (thrown) {
    const parent = work.edit<ThreadFrame>(container.thread);
    abortRunning(stage, container, parent.state, previous);
    parent.previous = previous;
    await failFromOutside(stage, at(parent), thrown);
  }
}
