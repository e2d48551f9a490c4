/** What the parts of wiring share. */
import type { Mapping, Workflow } from '../schema';
import type { Broken } from './base';

/** The graph as an edit goes on, and what it breaks on the way. */
export type Work = { graph: Workflow; broken: Broken[] };

/** The fields of an object that is spelled out, one by one; `null` where it is not. */
export const fieldsOf = (output: Mapping | undefined): { name: string; value: Mapping }[] | null => {
  if (output?.kind === 'object') return output.fields;
  if (
    output?.kind !== 'literal' ||
    typeof output.value !== 'object' ||
    output.value === null ||
    Array.isArray(output.value)
  )
    return null;
  return Object.entries(output.value).map(([name, value]) => ({ name, value: { kind: 'literal', value } }));
};
