/** Lambda's exceptions, with the status codes and messages that AWS sends, and how they look on the wire. */
import { ACCOUNT_ID, REGION } from '../service';

const STATUS = {
  CodeStorageExceededException: 400,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  ValidationException: 400,
  UnknownOperationException: 404,
  ResourceNotFoundException: 404,
  ResourceConflictException: 409,
  PreconditionFailedException: 412,
  RequestTooLargeException: 413,
  RequestEntityTooLargeException: 413,
  UnsupportedMediaTypeException: 415,
  TooManyRequestsException: 429,
  InvalidRuntimeException: 502,
  ServiceException: 500,
} as const;

/** AWS's models spell this field with a capital in some exceptions; SDKs read the one of their model, so we send both. */
export class LambdaError extends Error {
  readonly status: number;
  constructor(
    readonly code: keyof typeof STATUS,
    message: string,
  ) {
    super(message);
    this.status = STATUS[code];
  }
  body(): string {
    const type = this.status >= 500 ? 'Service' : 'User';
    return JSON.stringify({ Type: type, Message: this.message, message: this.message });
  }
}

export const functionArn = (name: string, qualifier?: string): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}${qualifier ? `:${qualifier}` : ''}`;

export const notFound = (arn: string) => new LambdaError('ResourceNotFoundException', `Function not found: ${arn}`);
export const invalid = (message: string) => new LambdaError('InvalidParameterValueException', message);
