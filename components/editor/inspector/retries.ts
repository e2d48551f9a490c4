/**
 * A retrier in words: how long it waits, and the ready-made ones.
 *
 *   { intervalSeconds: 2, maxAttempts: 3 } ──waitsOf()──▶ [2, 4, 8] ──waitsText()──▶ `2 s · 4 s · 8 s, 14 s in all`
 *
 * Pure.
 * @module
 */
import { backoffSeconds } from '@/lib/asl/retry';
import type { Retrier } from '@/lib/graph';

/** Seconds of each wait, the longest where chance has a say. At most 20: more are not told one by one. */
export const MAX_SHOWN = 20;
export function waitsOf(retrier: Retrier): number[] {
  const asl = {
    ErrorEquals: retrier.errorEquals,
    ...(retrier.intervalSeconds !== undefined && { IntervalSeconds: retrier.intervalSeconds }),
    ...(retrier.maxAttempts !== undefined && { MaxAttempts: retrier.maxAttempts }),
    ...(retrier.backoffRate !== undefined && { BackoffRate: retrier.backoffRate }),
    ...(retrier.maxDelaySeconds !== undefined && { MaxDelaySeconds: retrier.maxDelaySeconds }),
  };
  const waits: number[] = [];
  for (let attempt = 1; attempt <= MAX_SHOWN; attempt++) {
    const wait = backoffSeconds(asl, attempt, () => 0);
    if (wait === null) break;
    waits.push(wait);
  }
  return waits;
}

/** @example secondsText(90) // '1 min 30 s' */
export function secondsText(seconds: number): string {
  const round = (n: number) => String(Math.round(n * 100) / 100);
  if (seconds < 60) return `${round(seconds)} s`;
  const [big, small, one, other] =
    seconds < 3600 ? [60, 1, 'min', 's'] : seconds < 86_400 ? [3600, 60, 'h', 'min'] : [86_400, 3600, 'd', 'h'];
  const rest = Math.floor((seconds % (big as number)) / (small as number));
  return `${Math.floor(seconds / (big as number))} ${one}${rest > 0 ? ` ${rest} ${other}` : ''}`;
}

/** How long the tries are apart: what the line below a retrier says. */
export function waitsText(retrier: Retrier): string {
  const waits = waitsOf(retrier);
  if (waits.length === 0) return 'Not tried again.';
  const shown = waits.slice(0, 6).map(secondsText).join(' · ');
  const sum = secondsText(waits.reduce((all, wait) => all + wait, 0));
  const more = (retrier.maxAttempts ?? 3) > 6 ? ' · …' : '';
  const whole = (retrier.maxAttempts ?? 3) > MAX_SHOWN ? `more than ${sum}` : `at most ${sum}`;
  return `${shown}${more}, ${whole}${retrier.jitterStrategy === 'FULL' ? ', each drawn by chance up to that' : ''}`;
}

type Preset = { id: string; label: string; make: () => Retrier };
const LAMBDA_ERRORS = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
export const PRESETS: Preset[] = [
  {
    id: 'thrice',
    label: '3 times: 2 s, doubling',
    make: () => ({ errorEquals: ['States.ALL'], intervalSeconds: 2, maxAttempts: 3, backoffRate: 2 }),
  },
  {
    id: 'lambda',
    label: 'Only hiccups of AWS Lambda',
    make: () => ({
      errorEquals: LAMBDA_ERRORS,
      intervalSeconds: 1,
      maxAttempts: 3,
      backoffRate: 2,
      jitterStrategy: 'FULL',
    }),
  },
  {
    id: 'patient',
    label: 'Patiently: 10 times, up to 5 min apart',
    make: () => ({
      errorEquals: ['States.TaskFailed'],
      intervalSeconds: 5,
      maxAttempts: 10,
      backoffRate: 2,
      maxDelaySeconds: 300,
      jitterStrategy: 'FULL',
    }),
  },
  {
    id: 'once',
    label: 'Once more, at once',
    make: () => ({ errorEquals: ['States.TaskFailed'], intervalSeconds: 1, maxAttempts: 1 }),
  },
];

/** The names that errors have, in words. */
export const ERROR_WORDS: { name: string; words: string }[] = [
  { name: 'States.ALL', words: 'Any error' },
  { name: 'States.TaskFailed', words: 'Any failure of the task, timeouts aside' },
  { name: 'States.Timeout', words: 'It took too long' },
  { name: 'States.HeartbeatTimeout', words: 'No sign of life' },
  { name: 'States.Permissions', words: 'Not allowed' },
  { name: 'States.DataLimitExceeded', words: 'Too much data' },
  { name: 'States.QueryEvaluationError', words: 'An expression failed' },
  { name: 'States.ItemReaderFailed', words: 'The list could not be read' },
  { name: 'States.ExceedToleratedFailureThreshold', words: 'Too many items failed' },
  { name: 'States.ResultWriterFailed', words: 'Results could not be written' },
  { name: 'Lambda.ServiceException', words: 'Lambda had a hiccup' },
  { name: 'Lambda.AWSLambdaException', words: 'Lambda failed inside' },
  { name: 'Lambda.SdkClientException', words: 'Lambda could not be reached' },
  { name: 'Lambda.TooManyRequestsException', words: 'Lambda was called too often' },
  { name: 'Lambda.Unknown', words: 'The function ended without an answer' },
];
export const wordsOf = (error: string): string => ERROR_WORDS.find(({ name }) => name === error)?.words ?? error;
