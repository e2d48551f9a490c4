/**
 * Values that are filled in when a definition is deployed: `${LoadFunctionArn}` of SAM's DefinitionSubstitutions, and
 * CloudFormation's `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::ImportValue`.
 *
 *   definition ──placeholdersIn()──▶ their names        definition, values ──fillPlaceholders()──▶ what can run
 *
 * A text that only mentions `${name}` among other words stays as it is: it may mean just that. Pure.
 * @module
 */
import { isObject, type Json, type JsonObject } from '@/lib/base/json';

const WHOLE = /^\$\{([A-Za-z][\w.:-]*)\}$/;
const INSIDE = /\$\{([A-Za-z][\w.:-]*)\}/g;

/** The name that an intrinsic function of CloudFormation is asked for by. */
function intrinsic(json: Json): string | null {
  if (!isObject(json)) return null;
  const [[name, value] = [], ...more] = Object.entries(json);
  if (name === undefined || more.length > 0) return null;
  if ((name === 'Ref' || name === 'Fn::ImportValue' || name === 'Fn::Sub') && typeof value === 'string') return value;
  if (name === 'Fn::GetAtt') {
    if (typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.join('.');
  }
  return null;
}

/** Each once, in the order of the definition. */
export function placeholdersIn(definition: Json): string[] {
  const found = new Set<string>();
  visit(definition, (name) => {
    found.add(name);
    return undefined;
  });
  return [...found];
}

/** What has no value stays as it is. */
export const fillPlaceholders = (definition: JsonObject, values: Readonly<Record<string, string>>): JsonObject =>
  visit(definition, (name) =>
    Object.hasOwn(values, name) && values[name] !== '' ? values[name] : undefined,
  ) as JsonObject;

function visit(json: Json, given: (name: string) => string | undefined): Json {
  if (typeof json === 'string') {
    const whole = WHOLE.exec(json)?.[1];
    if (whole !== undefined) return given(whole) ?? json;
    return json.startsWith('arn:') ? json.replace(INSIDE, (text, name: string) => given(name) ?? text) : json;
  }
  if (Array.isArray(json)) return json.map((item) => visit(item, given));
  if (!isObject(json)) return json;
  const name = intrinsic(json);
  if (name !== null) return given(name) ?? json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, visit(value, given)]));
}
