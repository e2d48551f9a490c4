/** The functions that may end a path: `$.items.length()`. */
import { isObject, type Json } from '@/lib/base/json';
import type { PathFunction } from './jsonpath-parse';

/** @returns `undefined` where the function does not apply to the value */
export function call({ name, argument }: PathFunction, value: Json): Json | undefined {
  if (name === 'length' || name === 'size') {
    if (Array.isArray(value)) return value.length;
    if (isObject(value)) return Object.keys(value).length;
    return typeof value === 'string' ? value.length : undefined;
  }
  if (name === 'keys') return isObject(value) ? Object.keys(value) : undefined;
  if (!Array.isArray(value)) return undefined;
  if (name === 'first') return value[0];
  if (name === 'last') return value.at(-1);
  if (name === 'index') return value.at(argument ?? 0);
  const numbers = value.filter((item) => typeof item === 'number');
  if (numbers.length === 0) return undefined;
  const sum = numbers.reduce((a, b) => a + b, 0);
  const mean = sum / numbers.length;
  switch (name) {
    case 'sum':
      return sum;
    case 'avg':
      return mean;
    case 'min':
      return numbers.reduce((a, b) => Math.min(a, b));
    case 'max':
      return numbers.reduce((a, b) => Math.max(a, b));
    case 'stddev':
      return Math.sqrt(numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length);
  }
}
