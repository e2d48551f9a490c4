/**
 * What was asked about a workflow in this browser, and what came of it: kept with the workflow, and bounded.
 *
 *   turns ──begun()──▶ with one more ──ended()──▶ with what came of it      read(), write(): the browser's storage
 *
 * Pure but for the storage that it is handed.
 * @module
 */
import { z } from 'zod';
import type { Drawer } from '../editor/state/autosave';

/** What came of it. `words`: the changes, one each; `kept`: how many of them. */
const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asked') }),
  z.object({ kind: z.literal('answer'), text: z.string(), by: z.string() }),
  z.object({ kind: z.literal('proposed'), words: z.array(z.string()), by: z.string() }),
  z.object({ kind: z.literal('kept'), words: z.array(z.string()), kept: z.number(), by: z.string() }),
  z.object({ kind: z.literal('discarded'), words: z.array(z.string()), by: z.string() }),
  z.object({ kind: z.literal('undone') }),
  z.object({ kind: z.literal('failed'), message: z.string(), hint: z.string() }),
  z.object({ kind: z.literal('cancelled') }),
]);
export type Outcome = z.infer<typeof Outcome>;
/** `wish`: the words; '' where a fault was to be mended. `at`: ms since 1970. */
const Turn = z.object({ id: z.string(), at: z.number(), wish: z.string(), outcome: Outcome });
export type Turn = z.infer<typeof Turn>;

/** Turns that are kept of one workflow. */
export const MOST = 40;
/** Characters of an answer that are kept. */
const LONGEST = 4000;

/** A proposal that nobody decided on is discarded by the next question. */
export const begun = (turns: readonly Turn[], turn: Omit<Turn, 'outcome'>): Turn[] =>
  [...turns.map(dropped), { ...turn, outcome: { kind: 'asked' as const } }].slice(-MOST);

const dropped = (turn: Turn): Turn =>
  turn.outcome.kind === 'proposed' ? { ...turn, outcome: { ...turn.outcome, kind: 'discarded' } } : turn;

/** @param how the outcome, or how it follows from what is known of the turn */
export function ended(turns: readonly Turn[], id: string, how: Outcome | ((now: Outcome) => Outcome)): readonly Turn[] {
  if (!turns.some((turn) => turn.id === id)) return turns;
  return turns.map((turn) => {
    if (turn.id !== id) return turn;
    const outcome = typeof how === 'function' ? how(turn.outcome) : how;
    return {
      ...turn,
      outcome: outcome.kind === 'answer' ? { ...outcome, text: outcome.text.slice(0, LONGEST) } : outcome,
    };
  });
}

const key = (workflow: string) => `action-engine:thread:${workflow}`;

/** What cannot be read is forgotten. A turn that a reload cut off came to nothing. */
export function read(drawer: Drawer, workflow: string): Turn[] {
  try {
    const kept = z.array(Turn).parse(JSON.parse(drawer.getItem(key(workflow)) ?? '[]'));
    return kept.map((turn) =>
      turn.outcome.kind === 'asked' ? { ...turn, outcome: { kind: 'cancelled' } } : dropped(turn),
    );
  } catch {
    return [];
  }
}

/** A browser that keeps nothing has a thread until it is reloaded. */
export function write(drawer: Drawer, workflow: string, turns: readonly Turn[]): void {
  try {
    if (turns.length === 0) drawer.removeItem(key(workflow));
    else drawer.setItem(key(workflow), JSON.stringify(turns));
  } catch {
    // full, or refused
  }
}
