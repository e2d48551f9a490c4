/**
 * A definition as text: the same definition gives the same bytes, whatever the order in which its fields came.
 *
 * States stay in their order. A state's own fields, and a scope's, come in the order listed here; what is not listed
 * follows in the order found. Values inside (arguments, templates, rules) keep their order: there it belongs to the user.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';

const SCOPE = ['Comment', 'QueryLanguage', 'Version', 'TimeoutSeconds', 'ProcessorConfig', 'StartAt', 'States'];
const STATE = [
  'Type',
  'Comment',
  'QueryLanguage',
  'Resource',
  'Credentials',
  'InputPath',
  'ItemReader',
  'ItemsPath',
  'Items',
  'ItemBatcher',
  'ItemSelector',
  'Parameters',
  'Arguments',
  'Result',
  'Seconds',
  'SecondsPath',
  'Timestamp',
  'TimestampPath',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'Label',
  'ItemProcessor',
  'Iterator',
  'Branches',
  'Choices',
  'Default',
  'ResultWriter',
  'ResultSelector',
  'ResultPath',
  'Assign',
  'Output',
  'OutputPath',
  'TimeoutSeconds',
  'TimeoutSecondsPath',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'Retry',
  'Catch',
  'Error',
  'ErrorPath',
  'Cause',
  'CausePath',
  'Next',
  'End',
];

/** The definition with every state's and scope's fields in canonical order. */
export function ordered(scope: JsonObject): JsonObject {
  return inOrder(scope, SCOPE, (key, value) =>
    key === 'States' && isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, state]) => [name, isObject(state) ? orderedState(state) : state]),
        )
      : value,
  );
}

const orderedState = (state: JsonObject): JsonObject =>
  inOrder(state, STATE, (key, value) => {
    if ((key === 'ItemProcessor' || key === 'Iterator') && isObject(value)) return ordered(value);
    if (key === 'Branches' && Array.isArray(value)) return value.map((b) => (isObject(b) ? ordered(b) : b));
    return value;
  });

function inOrder(object: JsonObject, order: string[], inside: (key: string, value: Json) => Json): JsonObject {
  const rank = new Map(order.map((key, i) => [key, i]));
  const entries = Object.entries(object).map(([key, value]): [string, Json] => [key, inside(key, value)]);
  const at = (key: string) => rank.get(key) ?? order.length;
  return Object.fromEntries(entries.sort(([a], [b]) => at(a) - at(b)));
}

/** Canonical JSON text, two blanks a level, no newline at the end. */
export const definitionText = (definition: JsonObject): string => JSON.stringify(ordered(definition), null, 2);

/** SHA-256 of a text's UTF-8 bytes, 64 hex digits; people are shown the first eight. Runs in a browser too. */
export function definitionHash(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const blocks = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  for (const [i, byte] of bytes.entries()) blocks.setUint8(i, byte);
  blocks.setUint8(bytes.length, 0x80);
  blocks.setUint32(blocks.byteLength - 8, Math.floor(bytes.length / 2 ** 29));
  blocks.setUint32(blocks.byteLength - 4, (bytes.length * 8) >>> 0);
  const hash = ROOTS_OF_PRIMES.map((root) => fraction(root ** (1 / 2)));
  const w = new Uint32Array(64);
  for (let block = 0; block < blocks.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = blocks.getUint32(block + i * 4);
    for (let i = 16; i < 64; i++) {
      const [early, late] = [w[i - 15]!, w[i - 2]!];
      const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
      const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const t1 =
        (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + CONSTANTS[i]! + w[i]!) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [a, b, c, d, e, f, g, h] = [(t1 + t2) | 0, a, b, c, (d + t1) | 0, e, f, g];
    }
    for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i]! + value) | 0;
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

const rotate = (x: number, by: number) => (x >>> by) | (x << (32 - by));
/** FIPS 180-4: constants are the first 32 bits of the fractions of primes' roots. */
const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 2 ** 32);
const PRIMES = (() => {
  const found: number[] = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p)) found.push(n);
  return found;
})();
const ROOTS_OF_PRIMES = PRIMES.slice(0, 8);
const CONSTANTS = PRIMES.map((p) => fraction(Math.cbrt(p)));
