/**
 * Checks a request against its zod schema and refuses it in AWS's words.
 * @module
 */
import { z } from 'zod';
import { badRequest, validation } from './errors';

type Issue = z.core.$ZodIssue & { input?: unknown };

/** @throws AwsError ValidationException, or SerializationException for a value of the wrong type */
export function checked<T extends z.ZodType>(schema: T, request: unknown): z.infer<T> {
  const result = schema.safeParse(request, { reportInput: true });
  if (result.success) return result.data;
  const issues = result.error.issues as Issue[];
  const wrongType = issues.find(
    (issue) => issue.code === 'invalid_type' && issue.input !== undefined && issue.input !== null,
  );
  if (wrongType?.code === 'invalid_type') {
    throw badRequest(
      `${pathOf(wrongType)}: a ${wrongType.expected} is expected, not ${JSON.stringify(wrongType.input)?.slice(0, 200)}`,
    );
  }
  const lines = issues.map(
    (issue) => `Value ${shown(issue.input)} at '${pathOf(issue)}' failed to satisfy constraint: ${constraint(issue)}`,
  );
  throw validation(`${lines.length} validation error${lines.length > 1 ? 's' : ''} detected: ${lines.join('; ')}`);
}

const shown = (value: unknown): string => {
  if (value === undefined || value === null) return 'null';
  return `'${typeof value === 'string' ? value : Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value)}'`;
};

/** AWS counts list members from 1: `tags.1.member.key` */
const pathOf = (issue: Issue): string =>
  issue.path.map((part) => (typeof part === 'number' ? `${part + 1}.member` : String(part))).join('.') || 'request';

function constraint(issue: Issue): string {
  switch (issue.code) {
    case 'too_big':
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'too_small':
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.map(String).join(', ')}]`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${issue.pattern ?? issue.format}`;
    case 'invalid_type':
      return 'Member must not be null';
    default:
      return issue.message;
  }
}
const measure = (origin: string) => (origin === 'number' || origin === 'int' ? 'value' : 'length');

export const Arn = z.string().min(1).max(256);
/** names of machines, executions and activities are checked by `checkName`, which answers InvalidName */
export const Name = z.string();
export const Description = z.string().max(256);
/** at most 1 MB: the door of the service refuses more */
export const Text = z.string().max(1_048_576);
export const MaxResults = z.number().int().min(0).max(1000).nullish();
export const NextToken = z.string().min(1).max(3096).nullish();
export const Tags = z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) }));
/** METADATA_ONLY: without what a customer's key would have to be used for */
export const IncludedData = z.enum(['ALL_DATA', 'METADATA_ONLY']).nullish();
export const Type = z.enum(['STANDARD', 'EXPRESS']);
export const Status = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']);
