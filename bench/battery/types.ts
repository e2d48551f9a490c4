/**
 * What a part of the battery receives and gives back.
 *
 *   Bench ──part.run()──▶ Row[]      one row a promise, counted
 *
 * A row that this system has no facility for says so in `notRun`; it never counts as passed.
 * @module
 */
import type { Mode } from './settings';

export type Row = {
  id: string;
  /** trials */
  n: number;
  pass: number;
  fail: number;
  /** what was measured, in words */
  figure: string;
  /** why nothing was tried */
  notRun?: string;
  /** the first few failures, for whoever looks for the cause */
  failures?: string[];
};

export type Bench = {
  mode: Mode;
  seed: number;
  /** 0 ≤ n < 1, repeatable by the seed */
  random(): number;
  /** picks the trials for this mode: short, smoke, full */
  size(short: number, smoke: number, full: number): number;
  /** a new folder, removed at the end when all passed */
  folder(name: string): string;
  /** a port of the battery's own range */
  port(): number;
  /** called at the end, however it ends */
  atEnd(close: () => unknown): void;
};

export type Part = {
  ids: readonly string[];
  /** absent from `--short`, which must be over in 90 s */
  long?: true;
  run(bench: Bench): Promise<Row[]>;
};

/** Counts trials; a failure is remembered with its words. */
export class Tally {
  n = 0;
  readonly failures: string[] = [];

  /** @param ok a truth, or the words of a failure (`null`: none) */
  check(what: string, ok: boolean | string | null): void {
    this.n++;
    if (ok === true || ok === null) return;
    this.failures.push(typeof ok === 'string' ? `${what}: ${ok}` : what);
  }

  row(id: string, figure: string): Row {
    const fail = this.failures.length;
    return {
      id,
      n: this.n,
      pass: this.n - fail,
      fail,
      figure,
      ...(fail > 0 && { failures: this.failures.slice(0, 8).map((text) => text.slice(0, 400)) }),
    };
  }
}

export const notRun = (id: string, reason: string): Row => ({ id, n: 0, pass: 0, fail: 0, figure: '', notRun: reason });
