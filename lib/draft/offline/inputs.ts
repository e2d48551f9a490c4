/** The workflow's inputs as they are collected: attached files, and what nobody gave and must be asked for. */
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { splitName } from '@/lib/functions/words';
import type { PlanInput } from '../plan';

type Wanted = { name: string; schema: JsonSchema; title?: string; owner?: string; values?: Json; file?: number | null };

export class PlanInputs {
  readonly list: PlanInput[] = [];

  /** @returns the field's name: one of the same meaning is shared, another one of the same name is numbered */
  add({ name, schema, title, owner, values, file = null }: Wanted): string {
    const type = typeOf(schema);
    const json = values === undefined ? null : JSON.stringify(values);
    for (const known of this.list) {
      if (
        file !== null
          ? known.file === file && known.json === json
          : plain(known.field) === plain(name) &&
            known.json === null &&
            known.type === type &&
            known.format === (schema.format || null)
      )
        return known.field;
    }
    let field = name;
    for (let n = 2; this.list.some((known) => known.field === field); n++) field = `${name}_${n}`;
    this.list.push({
      field,
      title: title ?? titleOf(name, schema),
      type,
      format: schema.format || null,
      contentMediaType: schema.contentMediaType || null,
      description: schema.description ?? (owner ? `Needed by ${owner}.` : null),
      required: true,
      json,
      file,
    });
    return field;
  }
}

const plain = (name: string) => name.replace(/_\d+$/, '');
const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;
const typeOf = (schema: JsonSchema): PlanInput['type'] => {
  const given = Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type;
  return TYPES.find((type) => type === given) ?? (schema.properties ? 'object' : schema.items ? 'array' : 'string');
};

/** @example titleOf('user_id', {}) // User id */
export function titleOf(name: string, schema: JsonSchema): string {
  if (schema.title) return schema.title;
  const text = splitName(name).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
