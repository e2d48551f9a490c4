/**
 * Execution history as AWS records it.
 *
 * An event has AWS's names (`TaskStateEntered`, `LambdaFunctionScheduled` …) and one details object named after its
 * type; timestamps are milliseconds since 1970 here, seconds on the wire. Ids count from 1 without gaps.
 */
import type { Json } from '@/lib/base/json';

export type HistoryEvent = {
  id: number;
  previousEventId: number;
  type: string;
  /** ms since 1970 */
  timestamp: number;
  /** `stateEnteredEventDetails`, `taskFailedEventDetails` … exactly AWS's shape; absent where AWS gives none */
  [details: `${string}EventDetails`]: { [field: string]: Json } | undefined;
};
