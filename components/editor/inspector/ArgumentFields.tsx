'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { JsonSchema } from '@/lib/functions/manifest';
import { type Mapping, mappingAt, setArgument, type WorkflowNode } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Input } from '../../ui/Input';
import { typeText } from '../../ui/schema';
import { useEditor } from '../state/context';
import { FieldFixes } from './FieldFixes';
import { MappingField } from './MappingField';
import { fieldText, useFieldDiagnostic } from './problem';

/** A row for each field of an object: those that its schema names, those that are given besides, and a way to add one. */
export function ArgumentFields({
  node,
  at,
  schema,
  mapping,
  base,
  empty,
}: {
  node: WorkflowNode;
  /** names that lead here from where the step's arguments begin */
  at: string[];
  schema: JsonSchema;
  mapping: Mapping | undefined;
  /** where the step's arguments begin */
  base: string[];
  empty?: string;
}) {
  const known = schema.properties ?? {};
  const names = [...new Set([...Object.keys(known), ...(fieldNames(mapping) ?? [])])];
  return (
    <>
      {names.length === 0 && empty ? <p className="text-sm text-muted">{empty}</p> : null}
      {names.map((name) => (
        <ArgumentRow
          key={name}
          node={node}
          at={[...at, name]}
          schema={known[name] ?? {}}
          required={schema.required?.includes(name) ?? false}
          extra={!Object.hasOwn(known, name)}
          mapping={mappingAt(mapping, [name])}
          base={base}
        />
      ))}
      {schema.properties && schema.additionalProperties !== true ? null : (
        <AddField node={node} at={at} taken={names} />
      )}
    </>
  );
}

type RowProps = {
  node: WorkflowNode;
  at: string[];
  schema: JsonSchema;
  required: boolean;
  extra: boolean;
  mapping: Mapping | undefined;
  base: string[];
};
/** Deeper than this, an object is one value. */
const DEPTH = 3;

function ArgumentRow(props: RowProps) {
  const { node, at, schema, required, extra, mapping, base } = props;
  const edit = useEditor((state) => state.edit);
  const path = [...base, ...at];
  const problem = useFieldDiagnostic(node.id, path);
  const [apart, setApart] = useState<boolean | null>(null);
  const mayOpen = at.length < DEPTH && (schema.type === 'object' || mapping?.kind === 'object');
  const isFields = mayOpen && fieldNames(mapping) !== null;
  const open = isFields && (apart ?? (mapping !== undefined || schema.properties !== undefined));
  const name = at.at(-1) ?? '';
  const label = schema.title ?? name;
  const aside = (
    <>
      {isFields ? (
        <Button size="sm" variant="ghost" onClick={() => setApart(!open)}>
          {open ? 'As one' : 'Field by field'}
        </Button>
      ) : null}
      {extra ? (
        <IconButton
          label={`Remove ${name}`}
          size="sm"
          onClick={() => edit((now) => setArgument(now, node.id, at, undefined))}
        >
          <Trash2 className="size-3.5" />
        </IconButton>
      ) : null}
    </>
  );
  if (open)
    return (
      <fieldset className="flex min-w-0 flex-col gap-3.5 border-l-2 pl-3">
        <legend className="sr-only">{label}</legend>
        <div className="flex min-h-6 items-center gap-1.5">
          <span className="min-w-0 truncate text-xs font-medium">
            {label}
            {required ? <span className="text-danger"> *</span> : null}
          </span>
          <span className="shrink-0 text-[11px] text-muted">{typeText(schema)}</span>
          <span className="flex-1" />
          {aside}
        </div>
        {schema.description ? <p className="-mt-3 text-xs text-muted">{schema.description}</p> : null}
        <ArgumentFields node={node} at={at} schema={schema} mapping={mapping} base={base} />
      </fieldset>
    );
  return (
    <MappingField
      target={node.id}
      label={label}
      schema={schema}
      required={required}
      hint={schema.description}
      mapping={mapping}
      path={path}
      problem={fieldText(problem, path)}
      remedy={problem ? <FieldFixes problem={problem} /> : null}
      set={(document, next) => setArgument(document, node.id, at, next)}
      aside={aside}
    />
  );
}

function AddField({ node, at, taken }: { node: WorkflowNode; at: string[]; taken: string[] }) {
  const edit = useEditor((state) => state.edit);
  const [name, setName] = useState('');
  const fine = name.trim() !== '' && !taken.includes(name.trim());
  const add = () => {
    if (!fine) return;
    edit((now) => setArgument(now, node.id, [...at, name.trim()], { kind: 'literal', value: '' }));
    setName('');
  };
  const label = at.length > 0 ? `New field of ${at.at(-1)}` : 'New field';
  return (
    <div className="flex gap-2">
      <Input
        aria-label={label}
        placeholder="New field"
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && add()}
      />
      <Button onClick={add} disabled={!fine}>
        <Plus className="size-3.5" aria-hidden /> Add
      </Button>
    </div>
  );
}

/** Names of the fields of a mapping; `null` where it is no object. Nothing given is an object without fields. */
export function fieldNames(mapping: Mapping | undefined): string[] | null {
  if (!mapping) return [];
  if (mapping.kind === 'object') return mapping.fields.map(({ name }) => name);
  if (mapping.kind !== 'literal') return null;
  const { value } = mapping;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
}
