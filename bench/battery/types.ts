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
  /** figures of time that were missed where they do not count */
  slow?: string[];
  /** how many of the failures are figures of time */
  late?: number;
  /** measured a second time, because all that had failed were figures of time */
  again?: true;
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
  /** called at the end of the part, however it ends */
  atEnd(close: () => unknown): void;
};

export type Part = {
  ids: readonly string[];
  /** absent from `--short`, which must be over in 90 s */
  long?: true;
  /** only in `--full`, or where it is asked for by name */
  full?: true;
  /** waits most of its time, and measures nothing that a busy machine would spoil: runs beside the others */
  beside?: true;
  run(bench: Bench): Promise<Row[]>;
};

/** Counts trials; a failure is remembered with its words. */
export class Tally {
  n = 0;
  readonly failures: string[] = [];
  private readonly slow: string[] = [];
  private late = 0;

  /** @param ok a truth, or the words of a failure (`null`: none) */
  check(what: string, ok: boolean | string | null): void {
    this.n++;
    if (ok === true || ok === null) return;
    this.failures.push(typeof ok === 'string' ? `${what}: ${ok}` : what);
  }

  /** A figure of time or memory: on the busy machine of `npm test` it is told and does not fail the row. */
  timed(bench: Pick<Bench, 'mode'>, what: string, ok: boolean | string): void {
    if (bench.mode === 'short') {
      if (ok !== true) this.slow.push(ok === false ? what : `${what}: ${ok}`);
    } else {
      const before = this.failures.length;
      this.check(what, ok);
      this.late += this.failures.length - before;
    }
  }

  row(id: string, figure: string): Row {
    const fail = this.failures.length;
    return {
      id,
      n: this.n,
      pass: this.n - fail,
      fail,
      figure,
      ...(this.slow.length > 0 && { slow: this.slow.slice(0, 8) }),
      ...(this.late > 0 && { late: this.late }),
      ...(fail > 0 && { failures: this.failures.slice(0, 8).map((text) => text.slice(0, 400)) }),
    };
  }
}

export const notRun = (id: string, reason: string): Row => ({ id, n: 0, pass: 0, fail: 0, figure: '', notRun: reason });
