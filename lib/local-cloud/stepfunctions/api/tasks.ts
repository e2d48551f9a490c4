/**
 * Activities and what workers and callbacks report of tasks.
 * @module
 */
import { z } from 'zod';
import type { Json } from '@/lib/base/json';
import { activityArn, checkName, parseArn } from '../arns';
import { activityExists, activityGone, invalidOutput } from '../errors';
import { Arn, checked, MaxResults, Name, NextToken, Tags, Text } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';
import { Encryption, encryptionOf, OWNED_KEY } from './encryption';
import { checkJson } from './start';
import { checkTags } from './tags';

const POLL_MS = 60_000;
const Token = z.string().min(1).max(2048);
const ByArn = z.object({ activityArn: Arn });
const CreateActivity = z.object({ name: Name, tags: Tags.nullish(), encryptionConfiguration: Encryption.nullish() });

export function taskOperations({ log, runner, pages, now }: Api): Record<string, Operation> {
  const { machines } = log;
  const encryptionNow = (arn: string): Encryption => {
    const settings = machines.activityEncryption(arn);
    return settings === undefined ? OWNED_KEY : (JSON.parse(settings) as Encryption);
  };
  return {
    CreateActivity(request) {
      const asked = checked(CreateActivity, request);
      checkName(asked.name);
      if (asked.tags) checkTags(asked.tags);
      const encryption = encryptionOf(asked.encryptionConfiguration ?? OWNED_KEY);
      const arn = activityArn(asked.name);
      return log.transact(() => {
        if (!machines.activity(arn)) {
          machines.addActivity(arn, asked.name, now());
          if (encryption !== OWNED_KEY) machines.putActivityEncryption(arn, JSON.stringify(encryption));
          for (const { key, value } of asked.tags ?? []) machines.putTag(arn, key, value);
        } else if (JSON.stringify(encryptionNow(arn)) !== JSON.stringify(encryption)) throw activityExists(arn);
        return { activityArn: arn, creationDate: seconds(machines.activity(arn)!.createdAt) };
      });
    },
    DescribeActivity(request) {
      const { activityArn: arn } = checked(ByArn, request);
      parseArn(arn, 'activity');
      const row = machines.activity(arn);
      if (!row) throw activityGone(arn);
      return {
        activityArn: arn,
        name: row.name,
        creationDate: seconds(row.createdAt),
        encryptionConfiguration: encryptionNow(arn),
      };
    },
    DeleteActivity(request) {
      const { activityArn: arn } = checked(ByArn, request);
      parseArn(arn, 'activity');
      log.transact(() => machines.dropActivity(arn));
      return {};
    },
    ListActivities(request) {
      const asked = checked(z.object({ maxResults: MaxResults, nextToken: NextToken }), request);
      const size = pages.size(asked.maxResults);
      const rows = machines.activities(Number(pages.position('activities', asked.nextToken) ?? 0), size + 1);
      const page = rows.slice(0, size);
      return {
        activities: page.map(({ arn, name, createdAt }) => ({
          activityArn: arn,
          name,
          creationDate: seconds(createdAt),
        })),
        ...(rows.length > size && { nextToken: pages.next('activities', page.at(-1)!.id) }),
      };
    },

    async GetActivityTask(request, signal) {
      const asked = checked(z.object({ activityArn: Arn, workerName: z.string().max(80).nullish() }), request);
      parseArn(asked.activityArn, 'activity');
      if (asked.workerName) checkName(asked.workerName);
      if (!machines.activity(asked.activityArn)) throw activityGone(asked.activityArn);
      const until = Date.now() + POLL_MS;
      const gone = AbortSignal.any([signal, runner.tasks.activities.closed.signal]);
      while (Date.now() < until && !gone.aborted) {
        const task = await runner.tasks.activities.next(asked.activityArn, until - Date.now(), gone);
        if (!task) break;
        const named = asked.workerName ? { workerName: asked.workerName } : {};
        // The start is recorded before the worker hears of it; a task that ended meanwhile is not given out.
        if (await task.execution.deliver({ kind: 'TaskStarted', task: task.task, ...named })) {
          return { taskToken: task.token, input: task.input };
        }
      }
      return {};
    },

    async SendTaskSuccess(request) {
      const asked = checked(z.object({ taskToken: Token, output: Text }), request);
      runner.tasks.checkToken(asked.taskToken);
      checkJson(asked.output, invalidOutput);
      await runner.tasks.report(asked.taskToken, (task) => ({
        kind: 'TaskSucceeded',
        task,
        output: JSON.parse(asked.output) as Json,
      }));
      return {};
    },
    async SendTaskFailure(request) {
      const asked = checked(
        z.object({ taskToken: Token, error: z.string().max(256).nullish(), cause: z.string().max(32_768).nullish() }),
        request,
      );
      const { error, cause } = asked;
      const said = { ...(typeof error === 'string' && { error }), ...(typeof cause === 'string' && { cause }) };
      await runner.tasks.report(asked.taskToken, (task) => ({ kind: 'TaskFailed', task, ...said }));
      return {};
    },
    async SendTaskHeartbeat(request) {
      const asked = checked(z.object({ taskToken: Token }), request);
      await runner.tasks.report(asked.taskToken, (task) => ({ kind: 'TaskHeartbeat', task }));
      return {};
    },
  };
}
