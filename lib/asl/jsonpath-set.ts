/** Writes one value at a reference path, as `ResultPath` does. */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { resultPathMismatch } from './errors';
import { pathOf } from './jsonpath-parse';

/**
 * A copy of `target` with `value` at the place that `path` names; missing objects on the way are made. `$` replaces all.
 *
 * @throws StatesError `States.ResultPathMatchFailure` when a step meets something that is neither an object nor missing,
 *   or an index that the array does not have
 * @example setAtReferencePath({ a: 1 }, '$.b.c', 2) // { a: 1, b: { c: 2 } }
 */
export function setAtReferencePath(target: Json, path: string, value: Json): Json {
  const parsed = pathOf(path);
  if (!parsed.reference || parsed.root !== 'input') throw resultPathMismatch(path, target);
  const put = (node: Json | undefined, i: number): Json => {
    const segment = parsed.segments[i];
    if (!segment) return value;
    if (segment.kind === 'names') {
      if (node !== undefined && !isObject(node)) throw resultPathMismatch(path, target);
      const name = segment.names[0]!;
      return withOwn(node ?? {}, name, put(node && own(node, name), i + 1));
    }
    const index = segment.kind === 'indexes' ? segment.indexes[0]! : 0;
    if (!Array.isArray(node) || index < 0 || index >= node.length) throw resultPathMismatch(path, target);
    return node.map((item, n) => (n === index ? put(item, i + 1) : item));
  };
  return put(target, 0);
}

/** A copy with one more own property, whatever its name: plain assignment to `__proto__` would set the prototype. */
export function withOwn(object: JsonObject, key: string, value: Json): JsonObject {
  const copy = { ...object };
  defineOwn(copy, key, value);
  return copy;
}

export function defineOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}
