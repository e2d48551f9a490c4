/**
 * Is any execution running? Asked over the wire, like everything that is asked of Step Functions, before a cloud that
 * nobody uses ends itself.
 * @module
 */
import { isObject, type JsonObject } from '@/lib/base/json';

/** @param endpoint of Step Functions. @returns true as well when it does not answer: in doubt a run goes on */
export async function anyRunning(endpoint: string): Promise<boolean> {
  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
      body: JSON.stringify(input),
    });
    const answer: unknown = await response.json();
    if (!response.ok || !isObject(answer)) throw new Error(`${operation} answered ${response.status}`);
    return answer;
  };
  try {
    let nextToken: string | undefined;
    do {
      const page = await call('ListStateMachines', { maxResults: 1000, ...(nextToken && { nextToken }) });
      for (const machine of Array.isArray(page.stateMachines) ? page.stateMachines : []) {
        if (!isObject(machine) || machine.type === 'EXPRESS') continue;
        const { executions } = await call('ListExecutions', {
          stateMachineArn: machine.stateMachineArn ?? '',
          statusFilter: 'RUNNING',
          maxResults: 1,
        });
        if (Array.isArray(executions) && executions.length > 0) return true;
      }
      nextToken = typeof page.nextToken === 'string' ? page.nextToken : undefined;
    } while (nextToken);
    return false;
  } catch {
    return true;
  }
}
