/**
 * Which variables each state of a definition refers to: `variableReferences` of DescribeStateMachine.
 * @module
 */

import { variablesOf } from '@/lib/asl/jsonata';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { Machine } from '@/lib/engine/types';

/** where states of their own begin: they have entries of their own */
const NESTED = ['Branches', 'ItemProcessor', 'Iterator'];

/** @returns by state name, sorted; undefined when no state refers to any. States inside containers are listed beside them. */
export function variableReferences(machine: Machine): Record<string, string[]> | undefined {
  const found: Record<string, string[]> = {};
  collect(machine, 'JSONPath', found);
  return Object.keys(found).length > 0 ? found : undefined;
}

function collect(definition: Json | undefined, inherited: string, into: Record<string, string[]>): void {
  if (!isObject(definition) || !isObject(definition.States)) return;
  const language = typeof definition.QueryLanguage === 'string' ? definition.QueryLanguage : inherited;
  for (const [name, state] of Object.entries(definition.States)) {
    if (!isObject(state)) continue;
    const names = new Set<string>();
    const own = Object.entries(state).filter(([field]) => !NESTED.includes(field));
    const jsonata = (state.QueryLanguage ?? language) === 'JSONata';
    for (const [field, value] of own) {
      texts(value, field, (text, key) => {
        for (const one of jsonata ? ofJsonata(text) : ofPath(text, key)) names.add(one);
      });
    }
    if (names.size > 0) into[name] = [...names].sort();
    for (const inner of [
      state.ItemProcessor,
      state.Iterator,
      ...(Array.isArray(state.Branches) ? state.Branches : []),
    ]) {
      collect(inner, language, into);
    }
  }
}

/** Every text in a value, with the name of the member that holds it. */
function texts(value: Json, key: string, visit: (text: string, key: string) => void): void {
  if (typeof value === 'string') visit(value, key);
  else if (Array.isArray(value)) for (const item of value) texts(item, key, visit);
  else if (isObject(value)) for (const [name, item] of Object.entries(value as JsonObject)) texts(item, name, visit);
}

const ofJsonata = (text: string): string[] => {
  const expression = /^\{%([\s\S]*)%\}$/.exec(text.trim())?.[1];
  return expression === undefined ? [] : variablesOf(expression).filter((name) => name !== 'states');
};

/** Paths and intrinsic functions; quoted texts inside them are not references. */
const ofPath = (text: string, key: string): string[] => {
  if (!key.endsWith('.$') && !key.endsWith('Path') && key !== 'Variable') return [];
  const code = text.replace(/'(?:\\.|[^'\\])*'/g, "''");
  return [...code.matchAll(/(?<![$\w])\$([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => match[1]!);
};
