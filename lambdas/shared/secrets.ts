/** Secrets that the owner set for this function: in its environment, and nowhere else. */
import { FunctionError } from './errors';

/** @throws FunctionError NotConfigured naming the secret and where to set it */
export function secret(name: string, what: string): string {
  const value = process.env[name]?.trim();
  if (!value)
    throw new FunctionError(
      'NotConfigured',
      `This function needs ${name} (${what}), which is not set. Set it in Settings.`,
    );
  return value;
}
