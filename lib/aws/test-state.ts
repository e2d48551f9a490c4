/** One state run by itself, through Step Functions' own TestState. */
import { type SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import { Problem } from '@/lib/base/problem';
import type { StateTest } from './types';

/** @throws Problem STATE_NOT_TESTABLE with the service's words */
export async function testState(
  sfn: SFNClient,
  roleArn: string,
  test: { definition: string; state: string; input: string; variables: string },
): Promise<StateTest> {
  try {
    const { status, output, error, cause, nextState, inspectionData } = await sfn.send(
      new TestStateCommand({
        definition: test.definition,
        stateName: test.state,
        roleArn,
        input: test.input,
        variables: test.variables,
        inspectionLevel: 'DEBUG',
      }),
    );
    const given = inspectionData?.afterArguments ?? inspectionData?.afterParameters ?? inspectionData?.afterInputPath;
    return {
      status: statusOf(status),
      input: inspectionData?.input ?? test.input,
      ...(given !== undefined && { arguments: given }),
      ...(inspectionData?.result !== undefined && { result: inspectionData.result }),
      ...(inspectionData?.variables !== undefined && { variables: inspectionData.variables }),
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      ...(nextState !== undefined && { nextState }),
    };
  } catch (thrown) {
    if (
      !(thrown instanceof Error) ||
      !/^(ValidationException|InvalidDefinition|InvalidExecutionInput)$/.test(thrown.name)
    )
      throw thrown;
    throw new Problem(
      'STATE_NOT_TESTABLE',
      `"${test.state}" cannot be run by itself: ${thrown.message}`,
      'Correct what it names, or run the workflow from this step.',
      {},
      { cause: thrown },
    );
  }
}

const statusOf = (status: string | undefined): StateTest['status'] =>
  status === 'SUCCEEDED'
    ? 'succeeded'
    : status === 'RETRIABLE'
      ? 'retried'
      : status?.startsWith('CAUGHT')
        ? 'caught'
        : 'failed';
