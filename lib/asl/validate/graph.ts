/** Checks where the states of one machine, branch or item processor lead to. */
import { isObject, type JsonObject, own } from '@/lib/base/json';
import type { Place, Report } from './report';

export type Transition = { target: string; at: Place };

/** Every way out of a state, in reading order. */
export function transitionsOf(state: JsonObject, at: Place): Transition[] {
  const out: Transition[] = [];
  const add = (value: unknown, place: Place) => {
    if (typeof value === 'string') out.push({ target: value, at: place });
  };
  add(own(state, 'Next'), at.field('Next'));
  for (const field of ['Choices', 'Catch']) {
    const list = own(state, field);
    if (Array.isArray(list))
      for (const [i, one] of list.entries()) add(own(one, 'Next'), at.field(field).item(i).field('Next'));
  }
  add(own(state, 'Default'), at.field('Default'));
  return out;
}

export const isTerminal = (state: JsonObject): boolean =>
  state.Type === 'Succeed' || state.Type === 'Fail' || own(state, 'End') === true;

/** Targets that do not exist, then states that nothing leads to. @param top only the whole machine needs an end */
export function checkGraph(startAt: string, states: JsonObject, at: Place, report: Report, top: boolean): void {
  const exists = ({ target, at: place }: Transition) => {
    if (Object.hasOwn(states, target)) return true;
    const names = Object.keys(states).slice(0, 12).join(', ');
    report.add(
      'MISSING_TRANSITION_TARGET',
      `Missing 'Next' target: ${target}`,
      place,
      `Name a state on the same level: ${names}.`,
    );
    return false;
  };
  exists({ target: startAt, at: at.field('StartAt') });
  const ways = new Map<string, string[]>();
  let ends = false;
  for (const [name, state] of Object.entries(states)) {
    if (!isObject(state)) continue;
    ends ||= isTerminal(state);
    ways.set(
      name,
      transitionsOf(state, at.field('States').field(name))
        .filter(exists)
        .map(({ target }) => target),
    );
  }
  if (top && !ends) {
    report.add(
      'MISSING_END_STATE',
      'Workflow has no terminal state',
      null,
      'End one state with "End": true, or add a Succeed or Fail state.',
    );
    return;
  }
  const reached = new Set<string>();
  const todo = [startAt];
  while (todo.length > 0) {
    const name = todo.pop() as string;
    if (reached.has(name)) continue;
    reached.add(name);
    todo.push(...(ways.get(name) ?? []));
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      report.add(
        'MISSING_TRANSITION_TARGET',
        `State "${name}" is not reachable.`,
        at.field('States').field(name),
        `Lead to "${name}" by the Next of another state, or remove it.`,
      );
    }
  }
}
