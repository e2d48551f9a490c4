/** Wait: for seconds, or until a time; written out, at a path, or computed. */
import { checkDelay, isTimestamp, parseTimestamp, secondsFrom, timestampFrom } from '@/lib/asl/time';
import type { Json } from '@/lib/base/json';
import { effectiveInput, lookUp, pathScope, typed } from '../data';
import { runtimeFailure } from '../failure';
import { wakeTimer } from '../flow';
import type { Visit } from '../visit';
import { BLOCK, type Handler } from './handler';

const at = (visit: Visit, path: string): Json | undefined => lookUp(path, pathScope(visit, effectiveInput(visit)));

/** @returns ms since 1970 */
async function until(visit: Visit): Promise<number> {
  const now = visit.work.at;
  const seconds = visit.field('Seconds');
  const timestamp = visit.field('Timestamp');
  const secondsPath = visit.field('SecondsPath');
  const timestampPath = visit.field('TimestampPath');
  if (typeof secondsPath === 'string') return now + secondsFrom(at(visit, secondsPath), secondsPath) * 1000;
  if (typeof timestampPath === 'string') return timestampFrom(at(visit, timestampPath), timestampPath);
  if (seconds !== undefined) {
    const isSeconds = (value: Json) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
    const value = visit.language === 'JSONata' ? await typed(visit, seconds, 'Seconds', 'integer', isSeconds) : seconds;
    if (typeof value !== 'number') throw runtimeFailure(`Seconds must be a number, not ${JSON.stringify(value)}.`);
    return now + value * 1000;
  }
  if (timestamp !== undefined) {
    const isTime = (value: Json) => typeof value === 'string' && isTimestamp(value);
    const value =
      visit.language === 'JSONata' ? await typed(visit, timestamp, 'Timestamp', 'timestamp', isTime) : timestamp;
    const moment = typeof value === 'string' ? parseTimestamp(value) : null;
    if (moment === null)
      throw runtimeFailure(`Timestamp must be a date-time such as 2030-01-01T00:00:00Z, not ${JSON.stringify(value)}.`);
    return moment;
  }
  throw runtimeFailure('The Wait state says neither how long nor until when.');
}

export const wait: Handler = {
  async enter(visit) {
    const { thread, work } = visit;
    const dueAt = await until(visit);
    checkDelay((dueAt - work.at) / 1000);
    thread.wakeAt = Math.max(dueAt, work.at);
    work.setTimer(wakeTimer(thread), thread.wakeAt);
    return BLOCK;
  },
};
