/**
 * The states that a step or a run can be in, and how each is told: a colour (a token), a glyph and a word.
 * @module
 */
import type { RunStatus } from '@/lib/usecases/types';

export const STATUSES = {
  notrun: { glyph: '○', word: 'Not run' },
  queued: { glyph: '◔', word: 'Starting' },
  running: { glyph: '◌', word: 'Running' },
  succeeded: { glyph: '✓', word: 'Succeeded' },
  failed: { glyph: '✕', word: 'Failed' },
  caught: { glyph: '⚑', word: 'Caught' },
  retrying: { glyph: '↻', word: 'Retrying' },
  waiting: { glyph: '⏸\uFE0E', word: 'Waiting' },
  skipped: { glyph: '⤼', word: 'Skipped' },
  timedout: { glyph: '⌛\uFE0E', word: 'Timed out' },
  aborted: { glyph: '■', word: 'Stopped' },
} as const;
export type Status = keyof typeof STATUSES;

const OF_RUN: Record<RunStatus, Status> = {
  STARTING: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedout',
  ABORTED: 'aborted',
};
export const statusOfRun = (status: RunStatus): Status => OF_RUN[status];
export const isOver = (status: RunStatus): boolean => status !== 'STARTING' && status !== 'RUNNING';
