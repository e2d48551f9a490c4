/** Secrets that the owner set for this function: in its environment, and nowhere else. */
import { FunctionError } from './errors';

const given = new Set<string>();
/** Characters; a shorter one would be found in words that have nothing to do with it. */
const TELLING = 6;

/** What another machine said, fit for an error: a server may repeat the key that it refuses. */
export function hidden(said: string): string {
  let text = said;
  for (const value of given) {
    // An address is a secret as a whole and in what it is made of: its password, its path.
    const parts = URL.canParse(value) ? partsOf(new URL(value)) : [];
    for (const part of [value, ...parts]) if (part.length >= TELLING) text = text.replaceAll(part, '•••');
  }
  return text;
}

const partsOf = ({ password, pathname }: URL) => [password, plain(password), pathname.replace(/^\//, '')];
function plain(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @throws FunctionError NotConfigured naming the secret and where to set it */
export function secret(name: string, what: string): string {
  const value = process.env[name]?.trim();
  if (!value)
    throw new FunctionError(
      'NotConfigured',
      `This function needs ${name} (${what}), which is not set. Set it in Settings.`,
    );
  given.add(value);
  return value;
}
