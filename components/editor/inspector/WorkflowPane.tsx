'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { toast } from 'sonner';
import { own } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { inputRead, setInput, setWorkflowField, type WorkflowDocument } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { countText, listText } from '../../ui/format';
import { Checkbox, Field, Input, Textarea } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { uploadFile } from '../../ui/upload';
import { ValueControl } from '../../ui/ValueControl';
import { useEditor, useEditorStore } from '../state/context';
import { readersOf, renameInput } from './inputs';

const TYPES = [
  { value: 'string', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'integer', label: 'Whole number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'file', label: 'File' },
  { value: 'array', label: 'List' },
  { value: 'object', label: 'Object' },
];

/** ms without an edit */
const SETTLED = 300;

/** The workflow itself: what a run is asked for, and words about it. */
export function WorkflowPane() {
  const input = useEditor((state) => state.document.input);
  const comment = useEditor((state) => state.document.graph.comment);
  const timeout = useEditor((state) => state.document.graph.timeoutSeconds);
  const plan = useEditor((state) => state.detail.plan);
  const prompt = useEditor((state) => state.detail.prompt);
  const edit = useEditor((state) => state.edit);
  const fields = Object.entries(input.properties ?? {});
  // It is read from all steps: a moment after the last edit, which it does not hold up.
  const now = useEditor((state) => state.document.graph);
  const [graph, setGraph] = useState(now);
  useEffect(() => {
    const later = setTimeout(() => setGraph(now), SETTLED);
    return () => clearTimeout(later);
  }, [now]);
  const read = useMemo(() => Object.entries(inputRead(graph).properties ?? {}), [graph]);
  const unsaid = read.filter(([name]) => own(input.properties, name) === undefined);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
      <div>
        <h2 className="text-sm font-semibold">Workflow</h2>
        <p className="text-xs text-muted">Select a step to set it up.</p>
      </div>
      <section className="flex flex-col gap-2.5">
        <h3 className="text-xs font-medium">Inputs of a run</h3>
        {fields.length === 0 && unsaid.length === 0 ? (
          <p className="text-sm text-muted">A run needs no input. Add a field for what differs from run to run.</p>
        ) : null}
        {fields.map(([name, schema]) => (
          <InputField key={name} name={name} schema={schema} input={input} />
        ))}
        {unsaid.length > 0 ? (
          <div className="flex flex-col items-start gap-2 rounded-lg border border-dashed p-2.5">
            <p className="text-sm text-muted">
              Its steps read <span className="break-words text-text">{listText(unsaid.map(([name]) => name))}</span>{' '}
              {fields.length === 0 ? 'of the input.' : 'as well.'} Described, a run asks for{' '}
              {unsaid.length === 1 ? 'it' : 'them'} with a form.
            </p>
            <Button size="sm" onClick={() => edit((now) => describe(now, unsaid))}>
              <Plus className="size-3.5" aria-hidden /> Describe {unsaid.length === 1 ? 'it' : 'them'}
            </Button>
          </div>
        ) : null}
        <AddInput input={input} />
      </section>
      <Field label="About this workflow">
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            value={comment ?? ''}
            placeholder="What it is for"
            onChange={(event) =>
              edit((now) => setWorkflowField(now, 'comment', event.target.value || undefined), { merge: 'comment' })
            }
          />
        )}
      </Field>
      <Field label="Stop a run after, seconds" hint="Empty: it may take as long as it needs.">
        {(control) => (
          <Input
            {...control}
            inputMode="numeric"
            value={timeout ?? ''}
            onChange={(event) => {
              const seconds = Number(event.target.value);
              if (event.target.value === '')
                edit((now) => setWorkflowField(now, 'timeoutSeconds', undefined), { merge: 'timeout' });
              else if (Number.isInteger(seconds) && seconds > 0)
                edit((now) => setWorkflowField(now, 'timeoutSeconds', seconds), { merge: 'timeout' });
            }}
          />
        )}
      </Field>
      {prompt ? (
        <section>
          <h3 className="mb-1 text-xs font-medium">Drafted from</h3>
          <blockquote className="rounded-lg border bg-sunken px-3 py-2 text-sm whitespace-pre-wrap">
            {prompt}
          </blockquote>
        </section>
      ) : null}
      {plan && plan.notes.length > 0 ? (
        <section>
          <h3 className="mb-1 text-xs font-medium">Notes of the planner</h3>
          <ul className="list-disc pl-4 text-sm text-muted">
            {plan.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

/** Fields that steps read, as fields of the input. None is required: that is not told by reading. */
const describe = (document: WorkflowDocument, fields: [string, JsonSchema][]) =>
  setInput(document, {
    ...document.input,
    type: 'object',
    properties: { ...document.input.properties, ...Object.fromEntries(fields) },
  });

function InputField({ name, schema, input }: { name: string; schema: JsonSchema; input: JsonSchema }) {
  const store = useEditorStore();
  const edit = useEditor((state) => state.edit);
  const [typed, setTyped] = useState<string | null>(null);
  const required = input.required?.includes(name) ?? false;
  const put = (next: JsonSchema, merge?: string) =>
    edit((now) => setInput(now, { ...input, properties: { ...input.properties, [name]: next } }), { merge });
  const taken = typed !== null && typed.trim() !== name && own(input.properties, typed.trim()) !== undefined;
  const rename = () => {
    const wish = typed?.trim() ?? '';
    if (wish !== '' && wish !== name && !taken) {
      const { document, undo } = store.getState();
      const count = readersOf(document, name).reduce((sum, { places }) => sum + places, 0);
      if (edit((now) => renameInput(now, name, wish)) && count > 0)
        toast.success(`${countText(count, 'reference')} updated`, { action: { label: 'Undo', onClick: undo } });
    }
    setTyped(null);
  };
  /** Who read it is told at once, not only in the list of problems. */
  const remove = () => {
    const { document, undo } = store.getState();
    const readers = readersOf(document, name).map(({ step }) => step);
    const done = edit((now) => {
      const { [name]: _gone, ...properties } = input.properties ?? {};
      return setInput(now, {
        ...input,
        properties,
        required: (input.required ?? []).filter((other) => other !== name),
      });
    });
    if (!done) return;
    const action = { label: 'Undo', onClick: undo };
    if (readers.length === 0) toast(`Input “${name}” removed`, { action });
    else
      toast.warning(`Input “${name}” removed`, {
        description: `${readers.join(', ')} used it: choose other data there.`,
        action,
        duration: 10_000,
      });
  };
  return (
    <div className="flex flex-col gap-2 rounded-lg border p-2.5">
      <div className="flex items-center gap-1.5">
        <Input
          aria-label={`Name of input ${name}`}
          className="h-7 font-medium"
          value={typed ?? name}
          aria-invalid={taken || undefined}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={rename}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
        <Select
          size="sm"
          className="w-32"
          aria-label={`Type of ${name}`}
          value={schema.format === 's3-uri' ? 'file' : typeof schema.type === 'string' ? schema.type : undefined}
          options={TYPES}
          onChange={(type) => put(retype(schema, type))}
        />
        <IconButton label={`Remove input ${name}`} size="sm" onClick={remove}>
          <Trash2 className="size-3.5" />
        </IconButton>
      </div>
      {taken ? <p className="text-xs text-danger">Another input has that name.</p> : null}
      <Input
        aria-label={`Description of ${name}`}
        className="h-7 text-xs"
        placeholder="What it is"
        value={schema.description ?? ''}
        onChange={(event) =>
          put({ ...schema, description: event.target.value || undefined }, `input:${name}:description`)
        }
      />
      <div className="flex flex-col gap-1">
        <span className="text-[11px] text-muted">Default</span>
        <ValueControl
          label={`Default of ${name}`}
          schema={schema}
          value={schema.default}
          onUpload={uploadFile}
          onChange={(value) => {
            const { default: _old, ...rest } = schema;
            put(value === undefined ? rest : { ...rest, default: value }, `input:${name}:default`);
          }}
        />
      </div>
      <Checkbox
        label={<span className="text-xs">Required</span>}
        checked={required}
        onChange={(event) =>
          edit((now) =>
            setInput(now, {
              ...input,
              required: event.target.checked
                ? [...(input.required ?? []), name]
                : (input.required ?? []).filter((other) => other !== name),
            }),
          )
        }
      />
    </div>
  );
}

/** Another type keeps what belongs to no type. */
function retype(schema: JsonSchema, type: string): JsonSchema {
  const {
    type: _type,
    format: _format,
    default: _default,
    contentMediaType: _media,
    enum: _enum,
    items: _items,
    properties: _properties,
    ...rest
  } = schema;
  return type === 'file' ? { ...rest, type: 'string', format: 's3-uri' } : { ...rest, type };
}

function AddInput({ input }: { input: JsonSchema }) {
  const edit = useEditor((state) => state.edit);
  const [name, setName] = useState('');
  const wish = name.trim();
  const fine = wish !== '' && own(input.properties, wish) === undefined;
  const add = () => {
    if (!fine) return;
    edit((now) =>
      setInput(now, {
        ...input,
        type: 'object',
        properties: { ...input.properties, [wish]: { type: 'string' } },
        required: [...(input.required ?? []), wish],
      }),
    );
    setName('');
  };
  return (
    <div className="flex gap-2">
      <Input
        aria-label="New input"
        placeholder="New input"
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
