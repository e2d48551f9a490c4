/**
 * What a state type does when a thread comes to it.
 * @module
 */
import { type Ending, endingWithInput, endingWithResult } from '../data';
import { StateFailure } from '../failure';
import type { Signal } from '../frames';
import type { Visit } from '../visit';

export type Move =
  /** the state ends: `next` is the state to go to, null where its scope ends */
  | { go: 'exit'; ending: Ending; next: string | null }
  /** it waits: for a task, a timer, or what runs inside it; frames and commands are already in the step's work */
  | { go: 'block' };

export type Handler = {
  /** Called when the state is entered, and again for each retry. @throws StateFailure, StatesError */
  enter(visit: Visit): Move | Promise<Move>;
};

export const BLOCK: Move = { go: 'block' };

/** Where a state that ends leads. */
const nextOf = (visit: Visit): string | null => {
  const next = visit.field('Next');
  return typeof next === 'string' ? next : null;
};

export const exit = (visit: Visit, ending: Ending): Move => ({ go: 'exit', ending, next: nextOf(visit) });

/** What a state waited for has come: a result ends it, a failure fails it, a timer ends a wait. */
export async function settle(visit: Visit, signal: Signal): Promise<Move> {
  if (signal.kind === 'failed') {
    throw new StateFailure(signal.error, signal.cause, { bare: true, ...(signal.heartbeat && { heartbeat: true }) });
  }
  return exit(
    visit,
    signal.kind === 'result' ? await endingWithResult(visit, signal.value) : await endingWithInput(visit),
  );
}
