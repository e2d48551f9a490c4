/**
 * How a function may be named in a request: `name`, `name:qualifier`, `123456789012:function:name` or a whole ARN, the
 * last two with or without a qualifier.
 *
 * Any account and region is taken: a definition written for a real account runs here as it is.
 */
import { functionArn, invalid, LambdaError } from './errors';

const PATTERN =
  /^(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(?:-[a-z]+)+-\d:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

export type FunctionRef = {
  name: string;
  qualifier: string | undefined;
  /** as it was asked for, with its qualifier: what "Function not found" and the function's context speak of */
  arn: string;
};

/**
 * @param qualifier the query's; it may repeat the one in the name
 * @throws LambdaError ValidationException
 */
export function parseFunctionName(text: string, qualifier?: string): FunctionRef {
  const match = text.length <= 200 ? PATTERN.exec(text) : null;
  const name = match?.[6];
  if (!match || !name || name.length > 64) {
    throw new LambdaError(
      'ValidationException',
      `1 validation error detected: Value '${text.slice(0, 200)}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  if (qualifier !== undefined && !/^(\$LATEST|[a-zA-Z0-9-_]{1,128})$/.test(qualifier)) {
    throw new LambdaError(
      'ValidationException',
      `1 validation error detected: Value '${qualifier.slice(0, 200)}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)`,
    );
  }
  if (match[7] && qualifier && match[7] !== qualifier) {
    throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
  }
  const chosen = qualifier ?? match[7];
  const whole = match[1] && match[3] && match[4] && match[5];
  const base = whole ? `${match[1]}${match[3]}${match[4]}function:${name}` : functionArn(name);
  return { name, qualifier: chosen, arn: chosen ? `${base}:${chosen}` : base };
}
