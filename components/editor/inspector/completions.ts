/**
 * What may come next in an expression.
 *
 *   text, caret, scope ──complete()──▶ from where, and the options: variables, fields with types, functions with help
 *
 * Pure.
 * @module
 */
import { isObject, type Json, own } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { QueryLanguage } from '@/lib/graph';
import { typeText } from '../../ui/schema';
import { shapeOf, valueText } from './data';
import { INTRINSICS, JSONATA_FUNCTIONS } from './language-help';

/** `roots`: what a name with `$` before it is; `''` is `$` alone and `$` is `$$`, in JSONPath. */
export type CompletionScope = {
  language: QueryLanguage;
  roots: Record<string, { schema: JsonSchema | null; value: Json | undefined; note?: string }>;
};
export type Option = {
  label: string;
  /** type or signature */
  detail: string;
  info: string;
  kind: 'variable' | 'field' | 'function';
  /** what is put in, and where the caret stands in it */
  insert: string;
  caret: number;
};

const NAME = '[\\p{ID_Start}_][\\p{ID_Continue}]*';
const PATH = new RegExp(
  `\\$(\\$|${NAME})?((?:\\.(?:${NAME}|\`[^\`]*\`)|\\[(?:-?\\d+|'[^']*')\\])*)\\.([\\p{ID_Continue}]*)$`,
  'u',
);
const ROOT = /(\$\$?[\p{ID_Continue}]*)$/u;
const INTRINSIC = /(?:^|[\s(,])((?:S|St|Sta|Stat|State|States|States\.\w*))$/;
const PLAIN = new RegExp(`^${NAME}$`, 'u');

export function complete(
  text: string,
  caret: number,
  scope: CompletionScope,
): { from: number; options: Option[] } | null {
  const before = text.slice(0, caret);
  if (insideText(before)) return null;
  const path = PATH.exec(before);
  if (path) {
    const [, root = '', way = '', typed = ''] = path;
    const at = follow(scope.roots[root], way);
    const fields = at ? fieldsOf(at.schema, at.value) : [];
    return fields.length > 0 ? { from: caret - typed.length, options: fields } : null;
  }
  if (scope.language === 'JSONPath') {
    const intrinsic = INTRINSIC.exec(before);
    if (intrinsic?.[1]) return { from: caret - intrinsic[1].length, options: INTRINSICS.map(call) };
  }
  const root = ROOT.exec(before);
  if (!root?.[1]) return null;
  const variables = Object.entries(scope.roots).map(([name, { schema, value, note }]): Option => {
    const label = `$${name}`;
    return {
      label,
      detail: typeText(schema ?? shapeOf(value) ?? undefined),
      info: [note, value === undefined ? '' : valueText(value, 80)].filter(Boolean).join(' · '),
      kind: 'variable',
      insert: label,
      caret: label.length,
    };
  });
  const functions = scope.language === 'JSONata' ? JSONATA_FUNCTIONS.map(call) : [];
  return { from: caret - root[1].length, options: [...variables, ...functions] };
}

const call = ({ name, signature, help }: (typeof INTRINSICS)[number]): Option => ({
  label: name,
  detail: signature,
  info: help,
  kind: 'function',
  insert: `${name}()`,
  caret: signature === '()' ? name.length + 2 : name.length + 1,
});

type At = { schema: JsonSchema | null; value: Json | undefined };

function follow(start: At | undefined, way: string): At | null {
  if (!start) return null;
  let at: At = { schema: start.schema, value: start.value };
  for (const [, plain, quoted, index] of way.matchAll(
    new RegExp(`\\.(${NAME})|\\.\`([^\`]*)\`|\\[(-?\\d+|'[^']*')\\]`, 'gu'),
  )) {
    const name = plain ?? quoted ?? (index?.startsWith("'") ? index.slice(1, -1) : undefined);
    if (name === undefined) {
      at = {
        schema: at.schema?.items ?? null,
        value: Array.isArray(at.value) ? at.value.at(Number(index)) : undefined,
      };
      continue;
    }
    const holder = at.schema?.type === 'array' ? at.schema.items : at.schema;
    const value = Array.isArray(at.value) ? at.value[0] : at.value;
    at = {
      schema: (holder?.properties && Object.hasOwn(holder.properties, name) && holder.properties[name]) || null,
      value: own(value, name),
    };
  }
  return at;
}

function fieldsOf(schema: JsonSchema | null, value: Json | undefined): Option[] {
  const described = (schema?.type === 'array' ? schema.items?.properties : schema?.properties) ?? {};
  const sample = Array.isArray(value) ? value[0] : value;
  const names = [...new Set([...Object.keys(described), ...(isObject(sample) ? Object.keys(sample) : [])])];
  return names.map((name) => {
    const property = described[name];
    const given = own(sample, name);
    const insert = PLAIN.test(name) ? name : `\`${name}\``;
    return {
      label: name,
      detail: typeText(property ?? shapeOf(given) ?? undefined),
      info: [property?.description, given === undefined ? '' : valueText(given, 80)].filter(Boolean).join(' · '),
      kind: 'field',
      insert,
      caret: insert.length,
    };
  });
}

/** Whether the caret stands in a text of the expression, where `$` is a letter like any other. */
function insideText(before: string): boolean {
  let quote = '';
  for (let i = 0; i < before.length; i++) {
    const c = before[i]!;
    if (quote) {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
  }
  // `$['name` is a path.
  return quote !== '' && !(quote === "'" && /\['[^']*$/.test(before));
}
