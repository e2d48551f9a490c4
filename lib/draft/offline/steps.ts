/** A step while it is being planned: a function, the words that asked for it, and what its inputs are filled with. */
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { IndexEntry } from '@/lib/functions/search';
import type { Candidate } from './choose';
import type { Unit } from './clauses';
import type { Value } from './values';

export type Source =
  | { kind: 'value'; value: Value; json: Json }
  | { kind: 'said'; json: Json; text: string }
  /** `each`: the output is a list, and the input takes its items one by one; `item`: that field of each */
  | {
      kind: 'output';
      step: Step;
      field: string | null;
      each: boolean;
      item: string | null;
      /** further outputs that are told with it, for a text: the width and the height */
      also?: readonly string[];
    };

export type Filled = { name: string; source: Source; score: number; because: string };

export type Step = {
  entry: IndexEntry;
  /** empty for a step that was added to supply another */
  units: Unit[];
  candidates: Candidate[];
  filled: Map<string, Filled>;
  /** why it was added, where no words asked for it */
  reason: string | null;
  /** it was added to tell what a condition asks */
  tells?: true;
  /** it was added to make of what there is what the step behind it sends: it gives nothing to those before it */
  forSending?: true;
  /** no function does it: its entry was made from its words (`missing.ts`) */
  missing?: true;
  /** of a missing one: what is like it in meaning, though not clearly so; best first */
  nearest?: readonly IndexEntry[];
};

export type Field = { name: string; schema: JsonSchema; required: boolean };

const cache = new WeakMap<JsonSchema, Field[]>();
/** The fields of an object schema, required ones first. */
export function fieldsOf(schema: JsonSchema): Field[] {
  let fields = cache.get(schema);
  if (!fields) {
    const required = new Set(schema.required ?? []);
    fields = Object.entries(schema.properties ?? {})
      .map(([name, field]) => ({ name, schema: field, required: required.has(name) }))
      .sort((a, b) => Number(b.required) - Number(a.required));
    cache.set(schema, fields);
  }
  return fields;
}
