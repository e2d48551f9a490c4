'use client';
import { Download } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Diagnostic } from '@/lib/base/problem';
import { decompile } from '@/lib/compile';
import { Button } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { CopyButton } from '../../ui/JsonView';
import { jsonError } from '../../ui/json-error';
import { useEditor, useEditorStore } from '../state/context';
import { textOf } from '../state/definition';

type Fault = { message: string; hint: string; at: number | null };

/**
 * The definition as text. What is right is taken onto the canvas as it is typed; what is not stays here, with the place
 * named, and the canvas keeps the last graph that was right.
 */
export function CodeView() {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const name = useEditor((state) => state.name);
  const text = useMemo(() => textOf(graph), [graph]);
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const own = useRef(graph);
  // The graph changed elsewhere (undo): what is typed and was right is no longer it.
  useEffect(() => {
    if (graph !== own.current && fault === null) setTyped(null);
    own.current = graph;
  }, [graph, fault]);

  const change = (next: string) => {
    if (next === (typed ?? text)) return;
    setTyped(next);
    let parsed: unknown;
    try {
      parsed = JSON.parse(next);
    } catch {
      setFault(jsonFault(next));
      return;
    }
    const { graph: made, diagnostics } = decompile(parsed, store.getState().document.graph);
    // A state of an unknown type has no place in the graph: taking the text would drop it from the canvas.
    const lost = diagnostics.find(({ code }) => code === 'STATE_TYPE_UNKNOWN');
    if (!made || lost) {
      const first = lost ?? diagnostics[0];
      setFault({
        message: first?.message ?? 'This is not a state machine.',
        hint: first?.hint ?? '',
        at: placeOf(next, first),
      });
      return;
    }
    setFault(null);
    const answer = store.getState().edit((now) => ({ document: { ...now, graph: made } }), { merge: 'code' });
    if (answer) own.current = answer.document.graph;
  };

  return (
    <section aria-label="Definition" className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex min-h-10 shrink-0 items-center gap-2 border-b px-4 py-1">
        <p className="min-w-0 flex-1 truncate text-xs text-muted">
          Amazon States Language. What you change here changes the canvas.
        </p>
        <CopyButton text={typed ?? text} label="Copy the definition" size="md" />
        <Button size="sm" onClick={() => download(`${fileName(name)}.asl.json`, typed ?? text)}>
          <Download className="size-3.5" aria-hidden /> .asl.json
        </Button>
      </div>
      {fault ? (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-danger/40 bg-danger/6 px-4 py-2 text-sm"
        >
          <span className="font-medium">{fault.message}</span>
          <span className="text-muted">{fault.hint} The canvas keeps the last version that was right.</span>
          <Button
            size="sm"
            className="ml-auto"
            onClick={() => {
              setTyped(null);
              setFault(null);
            }}
          >
            Back to that version
          </Button>
        </div>
      ) : null}
      <div className="min-h-0 flex-1 p-3">
        <CodeField
          label="Definition of the workflow"
          value={typed ?? text}
          onChange={change}
          height="100%"
          lineNumbers
          invalid={fault !== null}
          markAt={fault?.at}
          className="h-full"
        />
      </div>
    </section>
  );
}

/** Where a JSON text breaks, in words and as a place in it. */
function jsonFault(text: string): Fault {
  const error = jsonError(text);
  return { message: `Not JSON yet, line ${error?.line ?? 1}.`, hint: error ? `There ${error.message}.` : '', at: null };
}

/** The last name in a problem's path, looked for in the text. */
function placeOf(text: string, problem: Diagnostic | undefined): number | null {
  const name = problem?.at.path?.findLast((part) => typeof part === 'string');
  const at = name === undefined ? -1 : text.indexOf(JSON.stringify(name));
  return at < 0 ? null : at;
}

export const fileName = (name: string): string =>
  name.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-|-$/g, '') || 'workflow';

export function download(name: string, text: string, type = 'application/json'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
