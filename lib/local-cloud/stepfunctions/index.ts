/**
 * Step Functions of the local cloud: the service behind `X-Amz-Target: AWSStepFunctions.*`.
 *
 *   request ─▶ wire.ts ─▶ api/* ─▶ runner.ts ─▶ execution.ts ─▶ lib/engine decides, lib/local-cloud/log remembers
 *                                      └──────▶ integrations/*: Lambda, S3, Step Functions itself
 *
 * Start at `createStepFunctions`; then execution.ts.
 * @module
 */
import path from 'node:path';
import type { Host } from '@/lib/engine/types';
import { openRunLog, type RunLog } from '@/lib/local-cloud/log';
import type { CloudContext, Service } from '@/lib/local-cloud/service';
import type { Api } from './api/context';
import { executionOperations } from './api/executions';
import { machineOperations } from './api/machines';
import { mapRunOperations } from './api/map-runs';
import { redriveOperations } from './api/redrive';
import { startExecution, startOperations } from './api/start';
import { tagOperations } from './api/tags';
import { taskOperations } from './api/tasks';
import { testStateOperations } from './api/test-state';
import { versionOperations } from './api/versions';
import { createClock } from './clock';
import type { IntegrationOptions } from './integrations';
import { openMocks } from './mocks';
import { createPages } from './pages';
import { createRunner, type Runner } from './runner';
import { type Operation, serve } from './wire';

export type StepFunctionsOptions = {
  /** evaluates JSONata where it can be killed; see `Host` */
  evaluate: Host['evaluate'];
  /** waits and backoffs are multiplied by it; 1 is real time, 0 skips them */
  timeScale?: number;
  /** Step Functions Local's mock configuration file */
  mockConfig?: string;
  /** the mock configuration may be missing */
  mockOptional?: boolean;
} & IntegrationOptions;

export function createStepFunctions(
  context: CloudContext,
  options: StepFunctionsOptions,
): Service & { busy(): boolean; erase(): Promise<number> } {
  const clock = createClock(options.timeScale);
  let state: { log: RunLog; runner: Runner } | undefined;
  let operations: Record<string, Operation> = {};
  let closed = false;

  return {
    async open() {
      const log = openRunLog(path.join(context.dataDir, 'cloud', 'stepfunctions'));
      const inside = {
        operations: () => operations,
        start: (request: object, startedBy: string) => startExecution(api, request, startedBy),
        whenEnded: (arn: string) => runner.whenEnded(arn),
      };
      const mocks =
        options.mockConfig === undefined ? undefined : openMocks(options.mockConfig, log, options.mockOptional);
      const runner = createRunner({
        context,
        log,
        clock,
        evaluate: options.evaluate,
        inside,
        integrations: options,
        ...(mocks && { mocks }),
      });
      const pages = createPages(log.secret, Date.now);
      const api: Api = { log, runner, pages, now: clock.now, ...(mocks && { mocks }) };
      operations = {
        ...machineOperations(api),
        ...versionOperations(api),
        ...startOperations(api),
        ...executionOperations(api),
        ...taskOperations(api),
        ...tagOperations(api),
        ...mapRunOperations(api),
        ...testStateOperations(api),
        ...redriveOperations(api),
      };
      state = { log, runner };
      runner.open();
    },

    handle: (request, response) => serve(state && !closed ? operations : null, request, response, context.log),

    /** does an execution run, though no request waits for it? */
    busy: () => (state?.runner.runningTotal() ?? 0) > 0,

    /** forgets every execution that has ended. @returns how many */
    erase: async () => (await state?.log.erase()) ?? 0,

    async close(graceMs) {
      if (!state || closed) return;
      closed = true;
      await state.runner.close(graceMs);
      state.log.close();
    },
  };
}
