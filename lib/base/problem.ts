/**
 * What went wrong, said so that a person can act on it.
 *
 * Two forms, never mixed: a `Diagnostic` is a value in a list (a person drawing a graph has several at once); a
 * `Problem` is thrown, for a promise that cannot be kept.
 */
export type Place = {
  /** id of a graph node, where the problem has one */
  node?: string;
  /** a field within it, or a path into a definition: `['States', 'Resize', 'Next']` */
  path?: (string | number)[];
};

export type Severity = 'error' | 'warning' | 'info';

/** `message` says what is wrong with which thing; `hint` says what to do next. */
export type Diagnostic = { code: string; severity: Severity; message: string; hint: string; at: Place };

const BRAND = Symbol.for('action-engine.problem');

/** `code` is SCREAMING_SNAKE and has a page in docs/errors. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly [BRAND] = true;
  /** A page and a route are bundles of their own, each with this class: a problem of one is one for the other too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly at: Place = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A problem as plain data, fit for the wire. */
export type ProblemView = { code: string; message: string; hint: string; at?: Place };

export type Result<T> = { ok: true; value: T } | { ok: false; problem: ProblemView };

/** Never shows a stack or an unknown error's inner details beyond its message. */
export function viewOf(error: unknown): ProblemView {
  if (error instanceof Problem) return { code: error.code, message: error.message, hint: error.hint, at: error.at };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message, hint: 'Try again; if it happens again, open an issue with this text.' };
}
