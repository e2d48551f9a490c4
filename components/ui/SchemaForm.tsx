'use client';
import { Plus, Trash2 } from 'lucide-react';
import { isObject, type Json, type JsonObject } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { Button, IconButton } from './Button';
import { Field } from './Input';
import { controlOf, defaultsOf, type FormErrors, pointer, typeText } from './schema';
import { type Upload, ValueControl } from './ValueControl';

export type SchemaFormProps = {
  schema: JsonSchema;
  value: Json | undefined;
  onChange: (value: Json) => void;
  /** by pointer (`/image/width`), as `validateValue` tells them */
  errors?: FormErrors;
  /** without it, file fields take an S3 URI only */
  onUpload?: Upload;
  disabled?: boolean;
};

/** A form drawn from a JSON Schema. Controlled: what is typed is in `value`, right or wrong; errors stand at their field. */
export function SchemaForm({ schema, value, onChange, errors = {}, onUpload, disabled }: SchemaFormProps) {
  const object = isObject(value) ? value : {};
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return <p className="text-sm text-muted">No fields: nothing to fill in.</p>;
  return (
    <div className="flex flex-col gap-4">
      {properties.map(([name, property]) => (
        <SchemaField
          key={name}
          name={name}
          schema={property}
          required={schema.required?.includes(name) ?? false}
          value={Object.hasOwn(object, name) ? object[name] : undefined}
          onChange={(next) => onChange(without(object, name, next))}
          path={[name]}
          errors={errors}
          onUpload={onUpload}
          disabled={disabled}
        />
      ))}
    </div>
  );
}

/** A field left empty is absent from the value, not an empty text. */
function without(object: JsonObject, name: string, next: Json | undefined): JsonObject {
  if (next !== undefined) return { ...object, [name]: next };
  const { [name]: _gone, ...rest } = object;
  return rest;
}

type FieldProps = {
  name: string;
  schema: JsonSchema;
  required: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  path: (string | number)[];
  errors: FormErrors;
  onUpload?: Upload;
  disabled?: boolean;
};

function SchemaField(props: FieldProps) {
  const { name, schema, required, value, onChange, path, errors, disabled } = props;
  const kind = controlOf(schema);
  const label = schema.title ?? name;
  if (kind === 'object') {
    const object = isObject(value) ? value : {};
    return (
      <fieldset className="flex flex-col gap-3 rounded-lg border p-3">
        <legend className="px-1 text-xs font-medium">
          {label}
          {required ? <span className="text-danger"> *</span> : null}
        </legend>
        {schema.description ? <p className="text-xs text-muted">{schema.description}</p> : null}
        {Object.entries(schema.properties ?? {}).map(([child, property]) => (
          <SchemaField
            {...props}
            key={child}
            name={child}
            schema={property}
            required={schema.required?.includes(child) ?? false}
            value={Object.hasOwn(object, child) ? object[child] : undefined}
            onChange={(next) => onChange(without(object, child, next))}
            path={[...path, child]}
          />
        ))}
      </fieldset>
    );
  }
  if (kind === 'array') return <ListField {...props} />;
  return (
    <Field
      label={label}
      required={required}
      hint={schema.description}
      error={errors[pointer(path)]}
      aside={<span className="text-[11px] text-muted">{typeText(schema)}</span>}
    >
      {(control) => (
        <ValueControl
          schema={schema}
          value={value}
          onChange={onChange}
          onUpload={props.onUpload}
          disabled={disabled}
          label={label}
          {...control}
        />
      )}
    </Field>
  );
}

function ListField(props: FieldProps) {
  const { name, schema, required, value, onChange, path, errors, onUpload, disabled } = props;
  const items = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  const error = errors[pointer(path)];
  return (
    <fieldset className="flex flex-col gap-2 rounded-lg border p-3">
      <legend className="px-1 text-xs font-medium">
        {schema.title ?? name}
        {required ? <span className="text-danger"> *</span> : null}
      </legend>
      {schema.description ? <p className="text-xs text-muted">{schema.description}</p> : null}
      {items.map((entry, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item of a JSON list has no other identity
        <div key={i} className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <SchemaField
              name={`${i + 1}`}
              schema={item.title ? item : { ...item, title: `${i + 1}` }}
              required={false}
              value={entry}
              onChange={(next) => onChange(items.map((old, j) => (j === i ? (next ?? null) : old)))}
              path={[...path, i]}
              errors={errors}
              onUpload={onUpload}
              disabled={disabled}
            />
          </div>
          <IconButton
            label={`Remove item ${i + 1}`}
            size="sm"
            onClick={() => onChange(items.filter((_, j) => j !== i))}
          >
            <Trash2 className="size-3.5" />
          </IconButton>
        </div>
      ))}
      <Button
        size="sm"
        className="self-start"
        disabled={disabled}
        onClick={() => onChange([...items, defaultsOf(item) ?? emptyOf(item)])}
      >
        <Plus className="size-3.5" aria-hidden /> Add
      </Button>
      {error ? <p className="text-xs text-danger">{error}</p> : null}
    </fieldset>
  );
}

const emptyOf = (schema: JsonSchema): Json => {
  const kind = controlOf(schema);
  if (kind === 'boolean') return false;
  if (kind === 'object' || kind === 'json') return {};
  if (kind === 'array') return [];
  return kind === 'number' || kind === 'integer' ? 0 : '';
};
