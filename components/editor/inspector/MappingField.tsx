'use client';
import { Link2 } from 'lucide-react';
import { type ReactNode, useContext, useEffect, useId, useRef, useState } from 'react';
import { type Json, own } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import {
  languageOf,
  type Mapping,
  mappingToText,
  nodeOf,
  parseMappingText,
  type Reference,
  type WorkflowDocument,
} from '@/lib/graph';
import { cn } from '../../ui/cn';
import { SchemaForm } from '../../ui/SchemaForm';
import { controlOf, typeText } from '../../ui/schema';
import { Segmented } from '../../ui/Tabs';
import { uploadFile } from '../../ui/upload';
import { ValueControl } from '../../ui/ValueControl';
import { useEditor, useEditorStore } from '../state/context';
import { AnyValue } from './AnyValue';
import { Choosing } from './choosing';
import { asExpression, asValue, type Conversion, convert, fitOf, readConversion } from './convert';
import { DataChip } from './DataChip';
import { type DataRow, type Pick, sampledAt, shapeOf } from './data';
import { takeDragged, useDragged } from './drag';
import { ExpressionField, ValueLine } from './ExpressionField';
import { Misfit, ReferenceMisfit } from './Misfit';
import { useSample } from './sample';
import type { Phase } from './useLive';

type Mode = 'value' | 'data' | 'expression';
export type SetMapping = (document: WorkflowDocument, mapping: Mapping | undefined) => { document: WorkflowDocument };

/**
 * One value of a step: written down, taken from data that exists, or computed. Switching keeps the value. Data may be
 * dropped on it; what does not fit says why, with what would make it fit.
 */
export function MappingField({
  target,
  label,
  schema = {},
  required,
  hint,
  mapping,
  set,
  path,
  problem,
  remedy,
  aside,
  modes = ['value', 'data', 'expression'],
  phase = 'before',
}: {
  target: string;
  label: string;
  schema?: JsonSchema;
  required?: boolean;
  hint?: ReactNode;
  mapping: Mapping | undefined;
  set: SetMapping;
  /** where in the step it is: for problems that lead here, and for joining keystrokes into one undo */
  path: (string | number)[];
  problem?: string;
  /** what can be done about the problem, below it */
  remedy?: ReactNode;
  aside?: ReactNode;
  modes?: Mode[];
  phase?: Phase;
}) {
  const id = useId();
  const store = useEditorStore();
  const language = useEditor((state) => {
    const node = nodeOf(state.document.graph, target);
    return node ? languageOf(state.document.graph, node) : 'JSONata';
  });
  const choosing = useContext(Choosing);
  const sample = useSample(target);
  const [chosen, setChosen] = useState<Mode | null>(null);
  const turned = readConversion(mapping, language);
  const mode =
    chosen ??
    (turned ? 'data' : null) ??
    modeOf(mapping) ??
    (modes.includes('data') && isMade(schema) ? 'data' : modes[0]!);
  const key = `${target}:${path.join('.')}`;
  const box = useRef<HTMLDivElement>(null);
  useFocused(box, path);

  const write = (next: Mapping | undefined) => store.getState().edit((now) => set(now, next), { merge: key });
  const pick = (choose: Pick) => {
    setChosen(null);
    store.getState().edit((now) => {
      const { document, mapping: made } = choose(now, target);
      return set(document, made);
    });
  };
  const turn = (conversion: Conversion) => {
    setChosen(null);
    if (mapping) store.getState().edit((now) => set(now, convert(mapping, conversion, language)));
  };
  const insert = (row: DataRow, at: number, text: string) =>
    store.getState().edit((now) => {
      const { document, mapping: made } = row.pick(now, target);
      const name = mappingToText(made, language).text;
      return set(document, parseMappingText(text.slice(0, at) + name + text.slice(at), 'expression', language));
    });
  const change = (next: Mode) => {
    setChosen(next);
    // What is computed has no value to write down: it stays until one is typed.
    const value = asValue(mapping, language);
    if (value === undefined) return;
    if (next === 'value' && mapping?.kind === 'expression') write({ kind: 'literal', value });
    if (next === 'expression' && mapping?.kind === 'literal') write(asExpression(value, language));
  };
  const drop = useDrop(modes.includes('data') && !(mode === 'expression' && mapping), schema, (row) => pick(row.pick));
  const need = { id: key, label, schema, apply: pick };
  const offersFor = (given: JsonSchema | null) => (
    <Misfit given={given} schema={schema} language={language} told={problem !== undefined} onTurn={turn} />
  );
  const reference: Reference | null = turned?.reference ?? (mapping?.kind === 'reference' ? mapping : null);
  const sampled = reference && mode === 'data' ? sampledAt(reference, sample) : undefined;
  return (
    <div
      ref={box}
      className={cn(
        'mapping -m-1.5 flex flex-col gap-1 rounded-lg border border-transparent p-1.5 transition-colors',
        choosing?.need?.id === key && 'border-accent/60 bg-accent-soft/50',
        drop.look,
      )}
      data-path={path.join('.')}
      onFocusCapture={() => choosing?.want(need, false)}
      {...drop.handlers}
    >
      <div className="flex min-h-6 items-center gap-1.5">
        <label htmlFor={id} className="min-w-0 truncate text-xs font-medium">
          {label}
          {required ? (
            <span className="text-danger" title="Required">
              {' '}
              *
            </span>
          ) : null}
        </label>
        <span className="shrink-0 text-[11px] text-muted">{typeText(schema)}</span>
        {drop.word ? <span className="shrink-0 text-[11px] font-medium text-accent">{drop.word}</span> : null}
        <span className="flex-1" />
        {aside}
        {modes.length > 1 ? (
          <Segmented
            label={`How ${label} is given`}
            size="sm"
            value={mode}
            onChange={change}
            options={[
              { value: 'value' as const, label: 'abc', title: 'A value, written down' },
              {
                value: 'data' as const,
                label: <Link2 className="size-3.5" aria-hidden />,
                title: 'From an earlier step or the workflow’s input',
              },
              { value: 'expression' as const, label: 'ƒx', title: 'Computed by an expression' },
            ].filter((option) => modes.includes(option.value))}
          />
        ) : null}
      </div>
      {mode === 'value' && isFormList(schema) ? (
        <SchemaForm
          schema={{
            type: 'object',
            properties: { list: { ...schema, title: `${label}, one by one`, description: undefined } },
          }}
          value={{ list: mapping?.kind === 'literal' && Array.isArray(mapping.value) ? mapping.value : [] }}
          onUpload={uploadFile}
          onChange={(value) => {
            const list = own(value, 'list');
            write(Array.isArray(list) && list.length > 0 ? { kind: 'literal', value: list } : undefined);
          }}
        />
      ) : mode === 'value' && schema.type === undefined && !schema.enum ? (
        <AnyValue
          id={id}
          value={mapping?.kind === 'literal' ? (mapping.value as Json) : undefined}
          invalid={problem !== undefined}
          onChange={(value) => write(value === undefined ? undefined : { kind: 'literal', value })}
        />
      ) : mode === 'value' ? (
        <ValueControl
          id={id}
          label={label}
          schema={schema}
          value={mapping?.kind === 'literal' ? (mapping.value as Json) : undefined}
          aria-invalid={problem ? true : undefined}
          onUpload={uploadFile}
          onChange={(value) => write(value === undefined ? undefined : { kind: 'literal', value })}
        />
      ) : mode === 'data' ? (
        <DataChip
          id={id}
          label={label}
          target={target}
          reference={reference}
          turned={turned?.conversion ?? null}
          wanted={schema}
          invalid={problem !== undefined}
          onClear={() => write(undefined)}
          onStraight={() => turned && write(turned.reference)}
          phase={phase}
          onChoose={choosing ? () => choosing.want(need, true) : undefined}
          onPick={pick}
        />
      ) : (
        <ExpressionField
          id={id}
          label={label}
          target={target}
          mapping={mapping}
          phase={phase}
          invalid={problem !== undefined}
          insert={insert}
          onChange={(next) => {
            setChosen('expression');
            write(next);
          }}
          onLive={(live) => (live.ok && live.value !== undefined ? offersFor(shapeOf(live.value)) : null)}
        />
      )}
      {sampled && !turned ? <ValueLine value={sampled.value} origin={sampled.origin} /> : null}
      {problem ? <p className="text-xs text-danger">{problem}</p> : null}
      {problem ? remedy : null}
      {mode === 'data' && reference && !turned ? (
        <ReferenceMisfit target={target} reference={reference} sampled={sampled?.value} render={offersFor} />
      ) : null}
      {mode === 'value' && mapping && mapping.kind !== 'literal' ? (
        <p className="text-xs text-muted">
          It is still {turned || mapping.kind === 'reference' ? 'taken from data' : 'computed'}: a value typed here
          takes its place.
        </p>
      ) : null}
      {hint ? <p className="text-xs text-muted">{hint}</p> : null}
    </div>
  );
}

/** A field that data may be dropped on: how it looks while data is over it, or on its way. */
function useDrop(open: boolean, schema: JsonSchema, onDrop: (row: DataRow) => void) {
  const row = useDragged((state) => state.row);
  const [over, setOver] = useState(false);
  if (!open || !row) return { look: '', word: null, handlers: {} };
  const { fit } = fitOf(row.schema, schema);
  const look =
    fit === 'fits'
      ? 'border-solid border-accent bg-accent-soft'
      : fit === 'maybe'
        ? 'border-dashed border-accent/70'
        : 'border-dashed border-border-strong opacity-70';
  return {
    look: cn(look, over && 'outline-2 outline-accent'),
    word: fit === 'fits' ? '✓ fits' : fit === 'maybe' ? 'may fit' : null,
    handlers: {
      onDragOver: (event: React.DragEvent) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = 'link';
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: React.DragEvent) => {
        event.preventDefault();
        setOver(false);
        const dropped = takeDragged();
        if (dropped) onDrop(dropped);
      },
    },
  };
}

/** A list whose items have controls of their own; others are typed as JSON. */
const isFormList = (schema: JsonSchema): boolean =>
  controlOf(schema) === 'array' && !['json', 'array'].includes(controlOf(schema.items ?? {}));

/** Files, lists and objects are made by other steps more often than they are written down. */
const isMade = (schema: JsonSchema): boolean =>
  schema.format === 's3-uri' || schema.type === 'array' || schema.type === 'object';

function modeOf(mapping: Mapping | undefined): Mode | null {
  if (!mapping) return null;
  return mapping.kind === 'literal' ? 'value' : mapping.kind === 'reference' ? 'data' : 'expression';
}

/** A problem that leads to this field brings it into sight. */
function useFocused(box: React.RefObject<HTMLElement | null>, path: (string | number)[]): void {
  const focus = useEditor((state) => state.focus);
  const own = path.join('.');
  useEffect(() => {
    if (!focus || own === '' || !`${focus.path.join('.')}.`.startsWith(`${own}.`)) return;
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector<HTMLElement>('input, textarea, button[data-chip], [contenteditable]')?.focus();
  }, [focus, own, box]);
}
