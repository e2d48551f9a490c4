'use client';
/** The control for one value of a JSON Schema: what a form's field and a mapping's literal are typed into. */
import { FileText, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Json } from '@/lib/base/json';
import type { AttachedFile } from '@/lib/draft/plan';
import type { JsonSchema } from '@/lib/functions/manifest';
import { IconButton, Spinner } from './Button';
import { CodeField } from './CodeField';
import { FileDrop } from './FileDrop';
import { Checkbox, Input, Textarea } from './Input';
import { Select } from './Select';
import { StoredFiles } from './StoredFiles';
import { controlOf } from './schema';

export type Upload = (file: File) => Promise<AttachedFile>;

export type ValueControlProps = {
  schema: JsonSchema;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  onUpload?: Upload;
  disabled?: boolean;
  label: string;
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: boolean;
  'aria-required'?: boolean;
};

/** The bare control for one value of a schema: a field's box, a mapping's literal. Objects and lists are typed as JSON. */
export function ValueControl({ schema, value, onChange, onUpload, disabled, label, ...control }: ValueControlProps) {
  const kind = controlOf(schema);
  switch (kind) {
    case 'string':
      return (
        <Input
          {...control}
          disabled={disabled}
          value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
          placeholder={exampleOf(schema)}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      );
    case 'text':
      return (
        <Textarea
          {...control}
          disabled={disabled}
          rows={4}
          value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
          placeholder={exampleOf(schema)}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      );
    case 'number':
    case 'integer':
      return <NumberControl {...control} schema={schema} value={value} onChange={onChange} disabled={disabled} />;
    case 'boolean':
      return (
        <Checkbox
          {...control}
          disabled={disabled}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
          label={<span className="text-muted">{value === true ? 'Yes' : 'No'}</span>}
        />
      );
    case 'enum': {
      const options = schema.enum ?? [];
      const at = options.indexOf(value as Json);
      const text = (option: Json) => (typeof option === 'string' ? option : JSON.stringify(option));
      const unset = value !== undefined && !control['aria-required'] ? [{ value: 'unset', label: 'Not set' }] : [];
      return (
        <Select
          {...control}
          disabled={disabled}
          value={at < 0 ? undefined : String(at)}
          placeholder={schema.default === undefined ? 'Choose…' : `${text(schema.default)} (if not set)`}
          onChange={(index) => onChange(index === 'unset' ? undefined : options[Number(index)])}
          options={[...unset, ...options.map((option, i) => ({ value: String(i), label: text(option) }))]}
        />
      );
    }
    case 'file':
      return (
        <FileControl
          {...control}
          schema={schema}
          value={value}
          onChange={onChange}
          onUpload={onUpload}
          disabled={disabled}
        />
      );
    case 'array':
    case 'object':
    case 'json':
      return (
        <JsonControl
          value={value}
          onChange={onChange}
          label={label}
          disabled={disabled}
          invalid={control['aria-invalid']}
        />
      );
  }
}

/** What counts where the box is empty; without that, what could stand in it. */
const exampleOf = (schema: JsonSchema): string | undefined => {
  const shown = (value: Json | undefined) => (typeof value === 'string' || typeof value === 'number') && value !== '';
  const example = schema.examples?.[0];
  if (shown(schema.default)) return `${schema.default} (if not set)`;
  return shown(example) ? `e.g. ${example}` : undefined;
};

type Bare = Omit<ValueControlProps, 'label'>;

/** Keeps what is typed: "1." and "-" are on their way to a number. */
function NumberControl({ schema, value, onChange, ...rest }: Bare) {
  const shown = value === undefined || value === null ? '' : typeof value === 'number' ? String(value) : String(value);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      {...rest}
      inputMode={schema.type === 'integer' ? 'numeric' : 'decimal'}
      className="tabular-nums"
      value={typed ?? shown}
      placeholder={exampleOf(schema)}
      onBlur={() => setTyped(null)}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        const number = Number(text.trim());
        if (text.trim() === '') onChange(undefined);
        else onChange(Number.isFinite(number) ? number : text);
      }}
    />
  );
}

function FileControl({ schema, value, onChange, onUpload, disabled, ...control }: Bare) {
  const [sending, setSending] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [typing, setTyping] = useState(false);
  const uri = typeof value === 'string' ? value : '';
  const name = uri.split('/').at(-1) ?? '';
  const send = async (file: File | undefined) => {
    if (!file || !onUpload) return;
    setFault(null);
    setSending(file.name);
    try {
      onChange((await onUpload(file)).uri);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(null);
    }
  };
  return (
    <div className="flex flex-col gap-1.5">
      {sending ? (
        <div className="flex h-10 items-center gap-2 rounded-md border px-3 text-sm text-muted" role="status">
          <Spinner /> Sending {sending}…
        </div>
      ) : uri && name ? (
        <div className="flex min-h-10 items-center gap-2 rounded-md border bg-sunken px-3 text-sm">
          <FileText className="size-4 shrink-0 text-muted" aria-hidden />
          <span className="min-w-0 flex-1 truncate" title={uri}>
            {name}
          </span>
          <IconButton label={`Remove ${name}`} size="sm" disabled={disabled} onClick={() => onChange(undefined)}>
            <Trash2 className="size-3.5" />
          </IconButton>
        </div>
      ) : onUpload ? (
        <FileDrop
          {...control}
          accept={schema.contentMediaType}
          disabled={disabled}
          onFiles={(files) => void send(files[0])}
        />
      ) : null}
      {typing || !onUpload ? (
        <Input
          aria-label="S3 address"
          disabled={disabled}
          className="h-7 font-mono text-xs"
          placeholder="s3://bucket/key"
          value={uri}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      ) : sending ? null : (
        <div className="flex flex-wrap items-center gap-x-3">
          <StoredFiles accept={schema.contentMediaType} disabled={disabled} onChoose={onChange} />
          <button
            type="button"
            disabled={disabled}
            onClick={() => setTyping(true)}
            className="min-h-6 rounded-sm text-xs text-muted underline-offset-2 hover:text-text hover:underline"
          >
            {uri ? 'Change its S3 address' : 'or give an S3 address'}
          </button>
        </div>
      )}
      {fault ? <p className="text-xs text-danger">{fault}</p> : null}
    </div>
  );
}

/** Any JSON. While the text does not parse, it stays here and the value stays as it was. */
function JsonControl({
  value,
  onChange,
  label,
  disabled,
  invalid,
}: {
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  label: string;
  disabled?: boolean;
  invalid?: boolean;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState(false);
  return (
    <div className="flex flex-col gap-1">
      <CodeField
        label={label}
        value={typed ?? (value === undefined ? '' : JSON.stringify(value, null, 2))}
        readOnly={disabled}
        invalid={invalid || fault}
        minHeight="56px"
        maxHeight="240px"
        onBlur={() => !fault && setTyped(null)}
        onChange={(text) => {
          setTyped(text);
          try {
            onChange(text.trim() === '' ? undefined : (JSON.parse(text) as Json));
            setFault(false);
          } catch {
            setFault(true);
          }
        }}
      />
      {fault ? <p className="text-xs text-danger">Not JSON yet: texts stand in double quotes.</p> : null}
    </div>
  );
}
