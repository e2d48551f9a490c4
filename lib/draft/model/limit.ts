/**
 * How often a model may be asked: a program that drafts in a loop must not spend without end. What comes after is
 * planned offline, with this as the reason.
 */
import { Problem } from '@/lib/base/problem';
import type { Complete } from './complete';

export const MOST_A_MINUTE = 60;
const MINUTE = 60_000;
const limited = new WeakMap<Complete, Complete>();

/** The same model with the limit; the same function for the same model, so that drafts and edits count together. */
export function withLimit(complete: Complete): Complete {
  const known = limited.get(complete);
  if (known) return known;
  let asked: number[] = [];
  const made: Complete = async (request) => {
    const now = performance.now();
    asked = asked.filter((at) => now - at < MINUTE);
    if (asked.length >= MOST_A_MINUTE)
      throw new Problem(
        'MODEL_LIMIT',
        `The model was asked ${MOST_A_MINUTE} times within a minute, which is as often as it may be.`,
        'Wait a minute to use it again.',
      );
    asked.push(now);
    return complete(request);
  };
  limited.set(complete, made);
  return made;
}
