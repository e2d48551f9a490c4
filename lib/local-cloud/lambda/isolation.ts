/**
 * How far a function is kept apart from the rest of the machine, decided from what it is and what the system can do.
 *
 *   0   a process of its own: environment by allow-list, caps of memory and time, its whole tree ended
 *   1   and Node's permission model: no files but its own, no processes, threads or native code
 *   2   and Linux namespaces: a view of the machine in which nothing of the user's exists
 *
 * Pure. docs/isolation.md says what each level protects from, and what not.
 * @module
 */
import type { PackageNeeds } from './package-scan';

export type Level = 0 | 1 | 2;
/** `auto`: for each function the best that works. A level: that one, or the function is not run. */
export type IsolationSetting = 'auto' | Level;

export type FunctionIsolation = {
  level: Level;
  /** under Node's permission model */
  permissions: boolean;
  /** why it is not more, in words; null at the best */
  why: string | null;
};

/** What this machine can do. */
export type SystemIsolation = {
  /** the view of level 2 works for this function's runtime */
  view: boolean;
  /** why not; null where it does */
  viewMissing: string | null;
};

export type Decision = FunctionIsolation | { refused: string };

export function decide(
  setting: IsolationSetting,
  runtime: string,
  needs: PackageNeeds,
  { view, viewMissing }: SystemIsolation,
): Decision {
  const isNode = runtime.startsWith('nodejs');
  const missing = viewMissing ?? 'this system has no namespaces for it';
  const impossible = !isNode
    ? `Node's permission model does not apply to ${runtime}`
    : needs.native
      ? `the package holds native code (${needs.native}), which Node's permission model cannot contain`
      : null;
  const unfit =
    impossible ??
    (needs.asks ? `${needs.asks.file} uses "${needs.asks.module}", which Node's permission model would refuse` : null);
  const without = unfit && `without Node's permission model: ${unfit}`;
  switch (setting) {
    case 0:
      return { level: 0, permissions: false, why: 'ACTION_ENGINE_ISOLATION is 0' };
    case 1:
      if (impossible) return refused(1, impossible);
      return { level: 1, permissions: true, why: 'ACTION_ENGINE_ISOLATION is 1' };
    case 2:
      if (!view) return refused(2, missing);
      return { level: 2, permissions: unfit === null, why: without };
    case 'auto':
      if (view) return { level: 2, permissions: unfit === null, why: without };
      if (!unfit) return { level: 1, permissions: true, why: missing };
      return { level: 0, permissions: false, why: `${unfit}; ${missing}` };
  }
}

const refused = (level: Level, why: string): Decision => ({
  refused: `The function was not run: ACTION_ENGINE_ISOLATION asks for level ${level}, and ${why}. Set it to "auto" to run each function at the best level that works for it; docs/isolation.md tells what the levels are.`,
});
