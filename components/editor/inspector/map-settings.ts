/**
 * A distributed Map's reader, batches and writer as fields, and back. What the fields do not know is kept.
 *
 *   { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'CSV' }, … } ⇄ { from: 'csv', bucket, key, … }
 *
 * Pure.
 * @module
 */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import type { QueryLanguage } from '@/lib/graph';

export const READERS = [
  { value: 'csv', label: 'a CSV file', type: 'CSV' },
  { value: 'json', label: 'a JSON file that holds a list', type: 'JSON' },
  { value: 'jsonl', label: 'a file with JSON in each line', type: 'JSONL' },
  { value: 'parquet', label: 'a Parquet file', type: 'PARQUET' },
  { value: 'manifest', label: 'an S3 inventory', type: 'MANIFEST' },
  { value: 'objects', label: 'all files under a name in S3', type: null },
] as const;
export type ReaderKind = (typeof READERS)[number]['value'];
export type Reader = { from: ReaderKind; bucket: string; key: string; header: boolean; maxItems: number | undefined };

const GET = 'arn:aws:states:::s3:getObject';
const LIST = 'arn:aws:states:::s3:listObjectsV2';
export const PUT = 'arn:aws:states:::s3:putObject';

/** Where the fields of a request are: in JSONPath what begins with `$` has a name that ends in `.$`. */
const holder = (language: QueryLanguage) => (language === 'JSONata' ? 'Arguments' : 'Parameters');
function given(of: JsonObject | undefined, name: string, language: QueryLanguage): string {
  const held = own(of, holder(language));
  const value = own(held, name) ?? (language === 'JSONPath' ? own(held, `${name}.$`) : undefined);
  return typeof value === 'string' ? value : '';
}
function put(of: JsonObject, name: string, value: string, language: QueryLanguage): JsonObject {
  const key = holder(language);
  const held = isObject(of[key]) ? of[key] : {};
  const { [name]: _plain, [`${name}.$`]: _path, ...others } = held;
  const spelled = language === 'JSONPath' && value.startsWith('$') ? `${name}.$` : name;
  return { ...of, [key]: value === '' ? others : { ...others, [spelled]: value } };
}

/** @returns `null` where there is no reader, or one that the fields cannot show */
export function readReader(reader: JsonObject | undefined, language: QueryLanguage): Reader | null {
  const resource = own(reader, 'Resource');
  const config = own(reader, 'ReaderConfig');
  const kind =
    resource === LIST
      ? 'objects'
      : resource === GET
        ? READERS.find(({ type }) => type !== null && type === own(config, 'InputType'))?.value
        : undefined;
  if (!kind) return null;
  const maxItems = own(config, 'MaxItems');
  return {
    from: kind,
    bucket: given(reader, 'Bucket', language),
    key: given(reader, kind === 'objects' ? 'Prefix' : 'Key', language),
    header: own(config, 'CSVHeaderLocation') !== 'GIVEN',
    maxItems: typeof maxItems === 'number' ? maxItems : undefined,
  };
}

export function writeReader(reader: Reader, language: QueryLanguage, before: JsonObject = {}): JsonObject {
  const { type } = READERS.find(({ value }) => value === reader.from)!;
  const old = isObject(before.ReaderConfig) ? before.ReaderConfig : {};
  const { InputType: _type, CSVHeaderLocation: header, MaxItems: _max, ...others } = old;
  const config: JsonObject = {
    ...others,
    ...(type !== null && { InputType: type }),
    ...(type === 'CSV' && { CSVHeaderLocation: header ?? 'FIRST_ROW' }),
    ...(reader.maxItems !== undefined && { MaxItems: reader.maxItems }),
  };
  const { ReaderConfig: _config, ...rest } = before;
  const bare: JsonObject = { ...rest, Resource: type === null ? LIST : GET };
  const named = put(
    put(bare, 'Bucket', reader.bucket, language),
    type === null ? 'Prefix' : 'Key',
    reader.key,
    language,
  );
  const clean = put(named, type === null ? 'Key' : 'Prefix', '', language);
  return Object.keys(config).length > 0 ? { ...clean, ReaderConfig: config } : clean;
}

export const readWriter = (writer: JsonObject | undefined, language: QueryLanguage) =>
  own(writer, 'Resource') === PUT
    ? { bucket: given(writer, 'Bucket', language), prefix: given(writer, 'Prefix', language) }
    : null;

export const writeWriter = (
  { bucket, prefix }: { bucket: string; prefix: string },
  language: QueryLanguage,
  before: JsonObject = {},
): JsonObject => put(put({ ...before, Resource: PUT }, 'Bucket', bucket, language), 'Prefix', prefix, language);

/** A number of a batcher; `undefined` where it is not set or computed. */
export const numberOf = (of: JsonObject | undefined, name: string): number | undefined => {
  const value = own(of, name);
  return typeof value === 'number' ? value : undefined;
};

/** @returns `undefined` where nothing is left to say */
export function withNumber(
  of: JsonObject | undefined,
  name: string,
  value: number | undefined,
): JsonObject | undefined {
  const { [name]: _old, ...rest }: Record<string, Json> = of ?? {};
  const made = value === undefined ? rest : { ...rest, [name]: value };
  return Object.keys(made).length > 0 ? made : undefined;
}
