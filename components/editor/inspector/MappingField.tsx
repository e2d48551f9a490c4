'use client';
import { ChevronDown, Link2, Unlink } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import {
  languageOf,
  type Mapping,
  mappingToText,
  nodeOf,
  parseMappingText,
  switchMode,
  type WorkflowDocument,
} from '@/lib/graph';
import { IconButton } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { Textarea } from '../../ui/Input';
import { typeText } from '../../ui/schema';
import { Segmented } from '../../ui/Tabs';
import { uploadFile } from '../../ui/upload';
import { ValueControl } from '../../ui/ValueControl';
import { useEditor, useEditorStore } from '../state/context';
import { referenceName } from './data';
import { ReferencePicker } from './ReferencePicker';

type Mode = 'value' | 'data' | 'expression';
export type SetMapping = (document: WorkflowDocument, mapping: Mapping | undefined) => { document: WorkflowDocument };

/**
 * One value of a step: written down, taken from data that exists, or computed. Switching keeps the value.
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
  aside,
  modes = ['value', 'data', 'expression'],
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
  aside?: ReactNode;
  modes?: Mode[];
}) {
  const id = useId();
  const store = useEditorStore();
  const language = useEditor((state) => {
    const node = nodeOf(state.document.graph, target);
    return node ? languageOf(state.document.graph, node) : 'JSONata';
  });
  const [chosen, setChosen] = useState<Mode | null>(null);
  const mode = chosen ?? modeOf(mapping) ?? (modes.includes('data') && isMade(schema) ? 'data' : modes[0]!);
  const key = `${target}:${path.join('.')}`;
  const box = useRef<HTMLDivElement>(null);
  useFocused(box, path);

  const write = (next: Mapping | undefined) => store.getState().edit((now) => set(now, next), { merge: key });
  const change = (next: Mode) => {
    setChosen(next);
    const now = modeOf(mapping);
    if (mapping === undefined || now === next) return;
    // Data and expressions are one text; a value and an expression are two spellings of one value.
    if (next === 'value' || now === 'value') {
      if (next !== 'data') write(switchMode(mapping, language));
    } else if (next === 'expression') write(mapping);
  };
  const type = schema.type;
  return (
    <div ref={box} className="mapping flex flex-col gap-1" data-path={path.join('.')}>
      <div className="flex min-h-6 items-center gap-1.5">
        <label htmlFor={id} className="min-w-0 truncate text-xs font-medium">
          {label}
          {required ? <span className="text-danger"> *</span> : null}
        </label>
        <span className="shrink-0 text-[11px] text-muted">{typeText(schema)}</span>
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
      {mode === 'value' ? (
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
          target={target}
          mapping={mapping}
          wanted={Array.isArray(type) ? type[0] : type}
          invalid={problem !== undefined}
          onClear={() => write(undefined)}
          onPick={(pick) => {
            setChosen(null);
            store.getState().edit((now) => {
              const { document, mapping: made } = pick(now, target);
              return set(document, made);
            });
          }}
        />
      ) : (
        <ExpressionBox
          id={id}
          invalid={problem !== undefined}
          text={mapping === undefined ? '' : mapping.kind === 'literal' ? '' : mappingToText(mapping, language).text}
          onChange={(text) => {
            setChosen('expression');
            write(text.trim() === '' ? undefined : parseMappingText(text, 'expression', language));
          }}
        />
      )}
      {problem ? <p className="text-xs text-danger">{problem}</p> : null}
      {hint ? <p className="text-xs text-muted">{hint}</p> : null}
    </div>
  );
}

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

function DataChip({
  id,
  target,
  mapping,
  wanted,
  invalid,
  onPick,
  onClear,
}: {
  id: string;
  target: string;
  mapping: Mapping | undefined;
  wanted?: string;
  invalid: boolean;
  onPick: Parameters<typeof ReferencePicker>[0]['onPick'];
  onClear: () => void;
}) {
  const document = useEditor((state) => state.document);
  const name = mapping?.kind === 'reference' ? referenceName(document, mapping) : null;
  return (
    <div className="flex items-center gap-1">
      <ReferencePicker target={target} wanted={wanted} onPick={onPick}>
        <button
          type="button"
          id={id}
          data-chip
          className={cn(
            'flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-md border px-2 text-left text-sm transition-colors',
            name
              ? 'border-accent/45 bg-accent-soft hover:border-accent'
              : 'border-border-input bg-surface hover:border-muted dark:bg-sunken',
            (invalid || name?.missing) && 'border-danger',
          )}
        >
          {name ? (
            <>
              <Link2 className="size-3.5 shrink-0 text-accent" aria-hidden />
              <span className="min-w-0 flex-1 truncate">
                <span className="font-medium">{name.source}</span>
                {name.path ? <span className="text-muted"> › </span> : null}
                {name.path}
              </span>
            </>
          ) : (
            <span className="flex-1 text-muted">Choose data…</span>
          )}
          <ChevronDown className="size-3.5 shrink-0 text-muted" aria-hidden />
        </button>
      </ReferencePicker>
      {name ? (
        <IconButton label="Take the connection away" size="sm" onClick={onClear}>
          <Unlink className="size-3.5" />
        </IconButton>
      ) : null}
    </div>
  );
}

/** An expression as it is typed; what comes from outside (an undo) shows when the person is not typing. */
export function ExpressionBox({
  id,
  text,
  onChange,
  invalid,
  label,
}: {
  id?: string;
  text: string;
  onChange: (text: string) => void;
  invalid?: boolean;
  label?: string;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? text;
  return (
    <div className="relative">
      <span aria-hidden className="pointer-events-none absolute top-1.5 left-2 font-mono text-xs leading-5 text-accent">
        ƒ
      </span>
      <Textarea
        id={id}
        aria-label={label}
        rows={Math.min(8, Math.max(1, shown.split('\n').length, Math.ceil(shown.length / 38)))}
        spellCheck={false}
        value={shown}
        aria-invalid={invalid || undefined}
        placeholder="$states.context.Execution.Input.name"
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(event.target.value);
        }}
        onBlur={() => setTyped(null)}
        className="min-h-8 resize-none pl-6 font-mono text-xs leading-5"
      />
    </div>
  );
}
