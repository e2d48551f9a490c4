/**
 * Definitions at the door: checked before they are stored, parsed once before they run.
 * @module
 */
import { isObject, type Json, type JsonObject, jsonDepth } from '@/lib/base/json';
import type { Machine } from '@/lib/engine/types';
import { invalidDefinition } from './errors';
import { DEPTH_LIMIT } from './wire';

export type DefinitionProblem = { severity: 'ERROR' | 'WARNING'; code: string; message: string; location: string };

/** Every problem of a definition's text, as ValidateStateMachineDefinition lists them. */
export function definitionProblems(text: string, type: 'STANDARD' | 'EXPRESS'): DefinitionProblem[] {
  if (jsonDepth(text) > DEPTH_LIMIT) {
    return [problem('INVALID_JSON_DESCRIPTION', `The definition nests deeper than ${DEPTH_LIMIT} levels`, '')];
  }
  let definition: Json;
  try {
    definition = JSON.parse(text) as Json;
  } catch (error) {
    return [problem('INVALID_JSON_DESCRIPTION', (error as Error).message, '')];
  }
  if (!isObject(definition)) return [problem('INVALID_JSON_DESCRIPTION', 'A definition is a JSON object', '')];
  const missing = ['StartAt', 'States'].filter((name) => definition[name] === undefined);
  if (missing.length > 0)
    return [problem('SCHEMA_VALIDATION_FAILED', `These fields are required: [${missing.join(', ')}]`, '/')];
  return type === 'EXPRESS' ? expressProblems(definition, '') : [];
}

/** @throws AwsError InvalidDefinition that lists every error */
export function checkDefinition(text: string, type: 'STANDARD' | 'EXPRESS'): void {
  const errors = definitionProblems(text, type).filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  throw invalidDefinition(
    errors.map(({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`).join(', '),
  );
}

/** Express machines take no callbacks and wait for no jobs. */
function expressProblems(machine: JsonObject, at: string): DefinitionProblem[] {
  const states = isObject(machine.States) ? machine.States : {};
  return Object.entries(states).flatMap(([name, state]) => {
    if (!isObject(state)) return [];
    const here = `${at}/States/${name}`;
    const resource = typeof state.Resource === 'string' ? state.Resource : '';
    const found: DefinitionProblem[] = [];
    const refuse = (what: string) => found.push(problem('SCHEMA_VALIDATION_FAILED', what, `${here}/Resource`));
    if (/\.sync(:\d+)?$/.test(resource)) refuse(`Express state machine does not support '.sync' service integration`);
    // Two spaces before "at" are AWS's own.
    if (resource.endsWith('.waitForTaskToken'))
      refuse(`Express state machine does not support '.waitForTaskToken' service integration `);
    const inner = [
      ...(Array.isArray(state.Branches)
        ? state.Branches.map((branch, i) => [branch, `${here}/Branches[${i}]`] as const)
        : []),
      [state.ItemProcessor, `${here}/ItemProcessor`] as const,
      [state.Iterator, `${here}/Iterator`] as const,
    ];
    return [...found, ...inner.flatMap(([sub, path]) => (isObject(sub) ? expressProblems(sub, path) : []))];
  });
}

const problem = (code: string, message: string, location: string): DefinitionProblem => ({
  severity: 'ERROR',
  code,
  message,
  location,
});

/** Definitions parsed once each: most executions share one. */
export function createMachineCache(textOf: (hash: string) => string | undefined) {
  const LIMIT = 500;
  const known = new Map<string, Machine>();
  return (hash: string): Machine => {
    let machine = known.get(hash);
    if (!machine) {
      const text = textOf(hash);
      if (text === undefined) throw new Error(`definition ${hash} is not in the log`);
      machine = JSON.parse(text) as Machine;
      known.set(hash, machine);
      if (known.size > LIMIT) known.delete(known.keys().next().value!);
    }
    return machine;
  };
}
