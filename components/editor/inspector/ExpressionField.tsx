'use client';
import { CircleAlert, Equal } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useState } from 'react';
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import {
  boundVariables,
  flowOf,
  languageOf,
  type Mapping,
  mappingSchema,
  mappingToText,
  nodeOf,
  parseMappingText,
} from '@/lib/graph';
import type { EvaluationView, SampleView } from '@/lib/usecases/types';
import { Skeleton } from '../../ui/Card';
import { cn } from '../../ui/cn';
import { typeText } from '../../ui/schema';
import { useEditor, useEditorStore } from '../state/context';
import type { CompletionScope } from './completions';
import { type DataRow, manifestsOf, shapeOf, valueText } from './data';
import { takeDragged } from './drag';
import { useSample } from './sample';
import { type Phase, useLive } from './useLive';

const ExpressionEditor = lazy(() => import('./ExpressionEditor'));

/** An expression with completion, and below it what it comes to for the chosen sample. */
export function ExpressionField({
  id,
  label,
  target,
  mapping,
  onChange,
  phase = 'before',
  invalid,
  onLive,
  insert,
}: {
  id?: string;
  label: string;
  /** the step that it belongs to */
  target: string;
  mapping: Mapping | undefined;
  onChange: (mapping: Mapping | undefined) => void;
  phase?: Phase;
  invalid?: boolean;
  /** draws what follows from the result: a type that does not fit */
  onLive?: (live: EvaluationView) => ReactNode;
  /** puts data that was dropped into the text, at a character */
  insert?: (row: DataRow, at: number, text: string) => void;
}) {
  const store = useEditorStore();
  const language = useEditor((state) => {
    const node = nodeOf(state.document.graph, target);
    return node ? languageOf(state.document.graph, node) : 'JSONata';
  });
  const sample = useSample(target);
  const [typed, setTyped] = useState<string | null>(null);
  const text =
    typed ?? (mapping === undefined || mapping.kind === 'literal' ? '' : mappingToText(mapping, language).text);
  const evaluated = useMemo<Mapping | undefined>(
    () =>
      text.trim() === '' ? undefined : { kind: 'expression', text: language === 'JSONata' ? ` ${text} ` : text.trim() },
    [text, language],
  );
  const live = useLive(target, evaluated, phase);
  const fault = useMemo(
    () => (live && !live.ok && live.offset !== null ? { offset: live.offset, message: live.message } : null),
    [live],
  );
  const scope = useCallback((): CompletionScope => {
    const { document, functions } = store.getState();
    return scopeOf(document, target, manifestsOf(functions), sample, phase);
  }, [store, target, sample, phase]);
  const write = (next: string) => {
    setTyped(next);
    onChange(next.trim() === '' ? undefined : parseMappingText(next, 'expression', language));
  };
  return (
    <div className="flex flex-col gap-1">
      <div
        className={cn(
          'relative rounded-md border border-border-input bg-surface focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/40 dark:bg-sunken',
          (invalid || fault) && 'border-danger',
        )}
      >
        <span
          aria-hidden
          className="pointer-events-none absolute top-1.5 left-2.5 z-10 font-mono text-xs leading-5 text-accent"
        >
          ƒ
        </span>
        <Suspense fallback={<Skeleton className="m-2 h-4" />}>
          <ExpressionEditor
            id={id}
            label={label}
            text={text}
            onChange={write}
            onBlur={() => setTyped(null)}
            scope={scope}
            fault={fault}
            onDrop={(at) => {
              const row = insert && takeDragged();
              if (!row) return false;
              insert(row, at, text);
              setTyped(null);
              return true;
            }}
          />
        </Suspense>
      </div>
      {evaluated ? <LiveLine live={live} /> : null}
      {live ? onLive?.(live) : null}
    </div>
  );
}

/** What an expression comes to, in a line. */
function LiveLine({ live }: { live: EvaluationView | null }) {
  return (
    <div role="status" aria-label="Result" className="flex min-h-5 items-start gap-1.5 text-xs">
      {live === null ? (
        <span className="text-muted">…</span>
      ) : live.ok ? (
        live.value === undefined ? (
          <span className="text-muted">Comes to nothing with this sample.</span>
        ) : (
          <ValueLine value={live.value} origin={live.run ? 'run' : 'schema'} computed />
        )
      ) : (
        <>
          <CircleAlert className="mt-0.5 size-3.5 shrink-0 text-danger" aria-hidden />
          <span className="min-w-0 break-words text-danger">
            {live.column === null
              ? ''
              : `${live.line && live.line > 1 ? `Line ${live.line}, column` : 'Column'} ${live.column}: `}
            {live.message}
          </span>
        </>
      )}
    </div>
  );
}

const ORIGINS = { run: 'in the run', schema: 'example', own: 'your example' };

/** `= 12.5 · number · example` */
export function ValueLine({
  value,
  origin,
  computed,
}: {
  value: Json;
  origin: keyof typeof ORIGINS;
  computed?: boolean;
}) {
  return (
    <div className="flex min-w-0 items-center gap-1.5 text-xs">
      <Equal className="size-3 shrink-0 text-muted" aria-label="Comes to" />
      <code className="min-w-0 truncate" title={JSON.stringify(value)}>
        {valueText(value, 72)}
      </code>
      <span className="shrink-0 text-muted">{typeText(shapeOf(value) ?? undefined)}</span>
      <span className="shrink-0 text-muted">
        · {computed && origin === 'run' ? 'with the run’s data' : ORIGINS[origin]}
      </span>
    </div>
  );
}

/** What names with `$` stand for at a step. */
function scopeOf(
  document: Parameters<typeof mappingSchema>[0],
  target: string,
  manifests: Parameters<typeof mappingSchema>[3],
  sample: SampleView | null,
  phase: Phase,
): CompletionScope {
  const node = nodeOf(document.graph, target);
  if (!node) return { language: 'JSONata', roots: {} };
  const language = languageOf(document.graph, node);
  const flow = flowOf(document.graph).get(target);
  const roots: CompletionScope['roots'] = {};
  const names = new Set(boundVariables(document.graph).map(({ name }) => name));
  for (const name of names) {
    if (!flow?.possible.has(`$${name}`)) continue;
    const reference = { kind: 'reference' as const, from: { kind: 'variable' as const, name }, path: [] };
    roots[name] = {
      schema: mappingSchema(document, node, reference, manifests).schema,
      value: sample?.variables[name]?.value,
      note: flow.certain.has(`$${name}`) ? 'Variable' : 'Variable that may be missing',
    };
  }
  const input = { schema: null, value: sample?.stateInput.value };
  const result = { schema: null, value: sample?.result?.value };
  if (language === 'JSONPath') {
    roots[''] = {
      ...(phase === 'after' ? result : input),
      note: phase === 'after' ? 'The result' : 'The step’s input',
    };
    roots.$ = { schema: contextSchema(document.input), value: sample?.context, note: 'Facts of the run' };
  } else {
    roots.states = {
      schema: {
        type: 'object',
        properties: {
          input: { ...(shapeOf(input.value) ?? {}), description: 'What the step before hands on' },
          context: {
            ...contextSchema(document.input),
            description: 'Facts of the run, the workflow’s input among them',
          },
          ...(phase === 'after' && {
            result: { ...(shapeOf(result.value) ?? {}), description: 'What this step answers' },
          }),
          ...(phase === 'error' && {
            errorOutput: {
              type: 'object',
              properties: { Error: { type: 'string' }, Cause: { type: 'string' } },
              description: 'The error that was caught',
            },
          }),
        },
      },
      value: { context: sample?.context ?? {}, input: input.value ?? {} },
      note: 'Input, context and result',
    };
  }
  return { language, roots };
}

const text = { type: 'string' };
const contextSchema = (input: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: {
    Execution: {
      type: 'object',
      properties: { Id: text, Input: input, Name: text, RoleArn: text, StartTime: text },
    },
    State: { type: 'object', properties: { EnteredTime: text, Name: text, RetryCount: { type: 'integer' } } },
    StateMachine: { type: 'object', properties: { Id: text, Name: text } },
  },
});
