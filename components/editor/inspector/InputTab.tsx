'use client';
import { Maximize2, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { JsonSchema } from '@/lib/functions/manifest';
import { type Mapping, mappingAt, payloadOf, payloadPath, setArgument, type WorkflowNode } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Input } from '../../ui/Input';
import { manifestOf, useEditor } from '../state/context';
import { JsonMapping } from './JsonMapping';
import { MapFields } from './MapFields';
import { MappingField } from './MappingField';
import { MappingSheet } from './MappingSheet';
import { useFieldProblem } from './problem';
import { SampleBar } from './SampleBar';

/** Where the step's data comes from: one row for each parameter of its function; the same with room beside the data. */
export function InputTab({ node }: { node: WorkflowNode }) {
  const [wide, setWide] = useState(false);
  const needs = node.kind === 'map' ? <MapFields node={node} /> : <Arguments node={node} />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <SampleBar node={node.id} />
        </div>
        <IconButton label="Map in a wide view" size="sm" onClick={() => setWide(true)}>
          <Maximize2 className="size-3.5" />
        </IconButton>
      </div>
      {wide ? <p className="text-sm text-muted">Open in the wide view.</p> : needs}
      <MappingSheet node={node.id} title={`Input of ${node.name}`} open={wide} onOpenChange={setWide}>
        {needs}
      </MappingSheet>
    </div>
  );
}

function Arguments({ node }: { node: WorkflowNode }) {
  const manifest = useEditor(manifestOf(node));
  const payload = payloadOf(node);
  const [asJson, setAsJson] = useState(false);
  const known = manifest?.input.properties ?? {};
  const fields = fieldNames(payload);
  // A payload that is one reference or expression, not fields, has no rows.
  const whole = payload && fields === null;
  const unknown = (fields ?? []).filter((name) => !Object.hasOwn(known, name));
  const base = ['arguments', ...payloadPath(node)];
  const rows: { name: string; schema: JsonSchema; required: boolean; extra: boolean }[] = [
    ...Object.entries(known).map(([name, schema]) => ({
      name,
      schema,
      required: manifest?.input.required?.includes(name) ?? false,
      extra: false,
    })),
    ...unknown.map((name) => ({ name, schema: {}, required: false, extra: true })),
  ];
  return (
    <div className="flex flex-col gap-4">
      {whole ? (
        <MappingField
          target={node.id}
          label="All of the input"
          mapping={payload}
          path={base}
          modes={['data', 'expression']}
          hint="One value is passed whole, instead of field by field."
          set={(document, mapping) => setArgument(document, node.id, [], mapping)}
        />
      ) : asJson ? (
        <JsonMapping
          node={node}
          label="Input"
          mapping={payload}
          path={base}
          set={(document, mapping) => setArgument(document, node.id, [], mapping)}
        />
      ) : (
        <>
          {rows.length === 0 ? (
            <p className="text-sm text-muted">{manifest ? `${manifest.title} takes no input.` : 'No fields yet.'}</p>
          ) : null}
          {rows.map(({ name, schema, required, extra }) => (
            <ArgumentRow
              key={name}
              node={node}
              name={name}
              schema={schema}
              required={required}
              extra={extra}
              mapping={mappingAt(payload, [name])}
              path={[...base, name]}
            />
          ))}
          {manifest && manifest.input.additionalProperties !== true ? null : (
            <AddField node={node} taken={rows.map(({ name }) => name)} />
          )}
        </>
      )}
      {whole ? null : (
        <div className="border-t pt-3">
          <Button size="sm" variant="ghost" onClick={() => setAsJson(!asJson)}>
            {asJson ? 'As fields' : 'As JSON'}
          </Button>
        </div>
      )}
    </div>
  );
}

function ArgumentRow({
  node,
  name,
  schema,
  required,
  extra,
  mapping,
  path,
}: {
  node: WorkflowNode;
  name: string;
  schema: JsonSchema;
  required: boolean;
  extra: boolean;
  mapping: Mapping | undefined;
  path: string[];
}) {
  const edit = useEditor((state) => state.edit);
  const problem = useFieldProblem(node.id, path);
  return (
    <MappingField
      target={node.id}
      label={schema.title ?? name}
      schema={schema}
      required={required}
      hint={schema.description}
      mapping={mapping}
      path={path}
      problem={problem}
      set={(document, next) => setArgument(document, node.id, [name], next)}
      aside={
        extra ? (
          <IconButton
            label={`Remove ${name}`}
            size="sm"
            onClick={() => edit((now) => setArgument(now, node.id, [name], undefined))}
          >
            <Trash2 className="size-3.5" />
          </IconButton>
        ) : null
      }
    />
  );
}

function AddField({ node, taken }: { node: WorkflowNode; taken: string[] }) {
  const edit = useEditor((state) => state.edit);
  const [name, setName] = useState('');
  const fine = name.trim() !== '' && !taken.includes(name.trim());
  const add = () => {
    if (!fine) return;
    edit((now) => setArgument(now, node.id, [name.trim()], { kind: 'literal', value: '' }));
    setName('');
  };
  return (
    <div className="flex gap-2">
      <Input
        aria-label="New field"
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
function fieldNames(mapping: Mapping | undefined): string[] | null {
  if (!mapping) return [];
  if (mapping.kind === 'object') return mapping.fields.map(({ name }) => name);
  if (mapping.kind !== 'literal') return null;
  const { value } = mapping;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : null;
}
