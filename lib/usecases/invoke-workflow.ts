/** Runs a workflow and waits for its output, within a limit; the run itself goes on for as long as it needs. */
import type { Json } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import type { Deps } from './deps';
import { startRunOnce } from './start-once';

const LONGEST_WAIT_SECONDS = 300;

export async function invokeWorkflow(
  deps: Deps,
  { waitSeconds, ...request }: { workflowId: string; input: Json; key?: string; waitSeconds: number },
): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
  if (!(waitSeconds >= 0 && waitSeconds <= LONGEST_WAIT_SECONDS)) {
    throw new Problem(
      'REQUEST_INVALID',
      'wait is no number of seconds.',
      `Give one from 0 to ${LONGEST_WAIT_SECONDS}.`,
    );
  }
  const run = await startRunOnce(deps, request, {}, 'api');
  const location = `/api/v1/runs/${run.id}`;
  const until = deps.now() + waitSeconds * 1000;
  for (let pause = 20; deps.now() < until; pause = Math.min(pause * 1.5, 250)) {
    const now = await deps.store.runs.get(run.id);
    if (now && now.status !== 'RUNNING') {
      if (now.status === 'SUCCEEDED') return { status: 200, body: now.output, headers: { location } };
      return {
        status: 500,
        body: { run: run.id, status: now.status, error: now.error, cause: now.cause },
        headers: { location },
      };
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return { status: 202, body: { run: run.id, status: 'RUNNING', location }, headers: { location } };
}
