/** Tags of machines and activities. */
import { z } from 'zod';
import { parseArn } from '../arns';
import { AwsError, resourceGone, validation } from '../errors';
import { Arn, checked, Tags } from '../requests';
import type { Operation } from '../wire';
import type { Api } from './context';

const MOST_TAGS = 50;

export function tagOperations({ log }: Api): Record<string, Operation> {
  const { machines } = log;
  const exists = (arn: string): string => {
    const { kind } = parseArn(arn, 'stateMachine', 'activity');
    const found = kind === 'activity' ? machines.activity(arn) : machines.machine(arn);
    if (!found) throw resourceGone(arn);
    return arn;
  };
  return {
    TagResource(request) {
      const asked = checked(z.object({ resourceArn: Arn, tags: Tags }), request);
      checkTags(asked.tags);
      log.transact(() => {
        const arn = exists(asked.resourceArn);
        const keys = new Set([...machines.tags(arn), ...asked.tags].map(({ key }) => key));
        if (keys.size > MOST_TAGS) {
          throw new AwsError(
            'TooManyTags',
            `You have exceeded the ${MOST_TAGS} tags that are allowed on a resource: '${arn}'`,
          );
        }
        for (const { key, value } of asked.tags) machines.putTag(arn, key, value);
      });
      return {};
    },
    UntagResource(request) {
      const asked = checked(z.object({ resourceArn: Arn, tagKeys: z.array(z.string().min(1).max(128)) }), request);
      log.transact(() => {
        for (const key of asked.tagKeys) machines.dropTag(exists(asked.resourceArn), key);
      });
      return {};
    },
    ListTagsForResource(request) {
      const { resourceArn } = checked(z.object({ resourceArn: Arn }), request);
      return { tags: machines.tags(exists(resourceArn)).map(({ key, value }) => ({ key, value })) };
    },
  };
}

/** @throws AwsError for AWS's own prefix, doubles, or too many */
export function checkTags(tags: z.infer<typeof Tags>): void {
  const reserved = tags.find(({ key }) => /^aws:/i.test(key));
  if (reserved) throw validation(`Tag keys must not begin with "aws:": ${reserved.key}`);
  if (tags.length > MOST_TAGS) throw new AwsError('TooManyTags', `A resource has at most ${MOST_TAGS} tags.`);
}
