/**
 * What is measured over the wire, of any server that speaks the Step Functions protocol. Each measure checks that what
 * was run also came out right; a refusal, a wrong output or a time-out throws, and costs only its own figure.
 * @module
 */
import { each, percentile, sleep } from '@/bench/battery/wire';
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import { ECHO_ARN, type Echo } from './echo';
import { type Bench, LAMBDA_STEPS, lambdaChain, ONE_PASS, ONE_PASS_INPUT, PARKED } from './machines';
import type { Subject } from './subject';

/** for one round; a peer that hangs costs so much */
const LIMIT_MS = 30_000;
let machines = 0;

const create = ({ client }: Subject, definition: object) =>
  client.create(`bench-${process.pid}-${++machines}`, definition);

/** @returns ms from the first start to the last end */
async function runs(subject: Subject, arn: string, { copies, input, output }: Omit<Bench, 'label'>): Promise<number> {
  const { client } = subject;
  const until = Date.now() + LIMIT_MS;
  const began = performance.now();
  const text = JSON.stringify(input);
  const executions = await Promise.all(
    Array.from({ length: copies }, (_, i) =>
      client.call('StartExecution', { stateMachineArn: arn, name: `r${Date.now()}-${i}`, input: text }, LIMIT_MS),
    ),
  );
  for (const { executionArn = null } of executions) {
    for (;;) {
      const answer = await client.call('DescribeExecution', { executionArn }, LIMIT_MS);
      if (answer.status === 'RUNNING') {
        if (Date.now() > until) throw new Error(`not ended within ${LIMIT_MS / 1000} s`);
        await sleep(5);
        continue;
      }
      const got = answer.status === 'SUCCEEDED' ? (JSON.parse(String(answer.output)) as Json) : undefined;
      if (!jsonEqual(got, output)) {
        throw new Error(`${String(answer.status)} ${String(answer.error ?? answer.output ?? '').slice(0, 80)}`);
      }
      break;
    }
  }
  return performance.now() - began;
}

/** Middle of `rounds` runs. */
async function median(rounds: number, once: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < rounds; i++) values.push(await once());
  return percentile(values, 0.5);
}

/** @returns states entered per second */
export async function transitions(subject: Subject, bench: Bench, rounds: number): Promise<number> {
  const arn = await create(subject, bench.definition);
  const ms = await median(rounds, () => runs(subject, arn, bench));
  return (bench.copies * bench.transitions) / (ms / 1000);
}

/** @returns ms that a Task adds: the whole run less the function's own time, by steps; the first round warms up */
export async function lambdaStep(subject: Subject, echo: Echo, rounds: number): Promise<number> {
  const definition = lambdaChain(ECHO_ARN);
  const arn = await create(subject, definition);
  const once = async () => {
    const [busy, calls] = [echo.busyMs(), echo.calls()];
    const run = { definition, copies: 1, transitions: LAMBDA_STEPS, input: { v: 1 }, output: { v: 1 } };
    const ms = await runs(subject, arn, run);
    if (echo.calls() - calls !== LAMBDA_STEPS)
      throw new Error(`${echo.calls() - calls} calls for ${LAMBDA_STEPS} steps`);
    return (ms - (echo.busyMs() - busy)) / LAMBDA_STEPS;
  };
  await once();
  return median(rounds, once);
}

/** `clients` start runs of one Pass, each as soon as it was answered. */
export async function starts(
  subject: Subject,
  clients: number,
  seconds: number,
): Promise<{ perSecond: number; p50: number; p99: number }> {
  const { client } = subject;
  const arn = await create(subject, ONE_PASS);
  const input = JSON.stringify(ONE_PASS_INPUT);
  const latencies: number[] = [];
  let last = '';
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, c) => {
      for (let i = 0; performance.now() < until; i++) {
        const sent = performance.now();
        const { executionArn } = await client.call('StartExecution', {
          stateMachineArn: arn,
          name: `s${c}-${i}`,
          input,
        });
        last = String(executionArn);
        latencies.push(performance.now() - sent);
      }
    }),
  );
  const took = (performance.now() - began) / 1000;
  const { status } = await client.ended(last, LIMIT_MS);
  if (status !== 'SUCCEEDED') throw new Error(`the last run is ${String(status)}`);
  return {
    perSecond: latencies.length / took,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

/** @returns MB with `count` runs that wait for an hour, and the latency of describing one of them */
export async function parked(subject: Subject, count: number): Promise<{ memoryMb: number; describeP99: number }> {
  const { client } = subject;
  const arn = await create(subject, PARKED);
  const numbers = Array.from({ length: count }, (_, i) => i);
  const started = await each(numbers, 20, (i) => client.start(arn, {}, `p${i}`));
  await sleep(5000);
  const memoryMb = subject.memoryMb();
  const latencies: number[] = [];
  for (let i = 0; i < 500; i++) {
    const sent = performance.now();
    const answer = await client.call('DescribeExecution', { executionArn: started[(i * 7919) % count] ?? '' });
    latencies.push(performance.now() - sent);
    if (answer.status !== 'RUNNING') throw new Error(`a parked run is ${String(answer.status)}`);
  }
  return { memoryMb, describeP99: percentile(latencies, 0.99) };
}

/** Of a server with closed runs: they are there, and the first page of them comes soon. @returns ms for that page */
export async function firstPage({ client }: Subject): Promise<number> {
  const machine = (await client.call('ListStateMachines')).stateMachines;
  const first = Array.isArray(machine) ? machine[0] : undefined;
  const began = performance.now();
  const page = await client.call('ListExecutions', {
    stateMachineArn: isObject(first) ? (first.stateMachineArn ?? '') : '',
    maxResults: 1000,
  });
  const took = performance.now() - began;
  if (!Array.isArray(page.executions) || page.executions.length !== 1000)
    throw new Error('the closed runs are not listed');
  return took;
}
