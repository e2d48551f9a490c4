/** Fail: fails its scope with an error and a cause, written out or computed. */
import type { Json } from '@/lib/base/json';
import { effectiveInput, lookUp, pathScope, typed } from '../data';
import { runtimeFailure, StateFailure } from '../failure';
import type { Visit } from '../visit';
import type { Handler } from './handler';

const isString = (value: Json): boolean => typeof value === 'string';

async function said(visit: Visit, field: 'Error' | 'Cause'): Promise<string | undefined> {
  const literal = visit.field(field);
  if (visit.language === 'JSONata') {
    return literal === undefined ? undefined : ((await typed(visit, literal, field, 'string', isString)) as string);
  }
  const input = effectiveInput(visit);
  const path = visit.field(`${field}Path`);
  if (typeof path !== 'string') return typeof literal === 'string' ? literal : undefined;
  const value = lookUp(path, pathScope(visit, input));
  if (typeof value !== 'string')
    throw runtimeFailure(`The ${field}Path parameter does not reference a string value: ${path}`);
  return value;
}

export const fail: Handler = {
  async enter(visit) {
    throw new StateFailure(await said(visit, 'Error'), await said(visit, 'Cause'), { bare: true });
  },
};
