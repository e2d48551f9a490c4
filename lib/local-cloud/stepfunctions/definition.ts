/**
 * Definitions at the door: checked before they are stored, parsed once before they run.
 * @module
 */
import { invalidDefinitionMessage, validateDefinition } from '@/lib/asl/validate';
import type { Machine } from '@/lib/engine/types';
import { AwsError } from './errors';

export type DefinitionProblem = { severity: 'ERROR' | 'WARNING'; code: string; message: string; location?: string };

/** Every problem of a definition's text, as ValidateStateMachineDefinition lists them. */
export const definitionProblems = (text: string, type: 'STANDARD' | 'EXPRESS'): DefinitionProblem[] =>
  validateDefinition(text, { type }).map(({ severity, code, message, location }) => ({
    severity,
    code,
    message,
    ...(location && { location }),
  }));

/** @throws AwsError InvalidDefinition that lists every error */
export function checkDefinition(text: string, type: 'STANDARD' | 'EXPRESS'): void {
  const message = invalidDefinitionMessage(validateDefinition(text, { type }));
  if (message !== null) throw new AwsError('InvalidDefinition', message);
}

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
