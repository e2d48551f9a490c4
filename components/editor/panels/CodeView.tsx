'use client';
import { Download, OctagonAlert } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { nodeAtPath, pathAt, pathOfNode, placeOf } from '@/lib/compile';
import { Button } from '../../ui/Button';
import { Skeleton } from '../../ui/Card';
import { CopyButton } from '../../ui/JsonView';
import { Segmented } from '../../ui/Tabs';
import { useText } from '../code/useText';
import { useEditor, useEditorStore } from '../state/context';

const TextEditor = lazy(() => import('../code/TextEditor'));
const FORMATS = [
  { value: 'json', label: 'JSON' },
  { value: 'yaml', label: 'YAML' },
] as const;

/**
 * The definition as text, beside the canvas. What is right is taken onto the canvas as it is typed; what is not stays
 * here, with the place named, and the canvas keeps the last graph that was right. A step that is selected is shown in
 * the text; the cursor in the text selects its step.
 */
export function CodeView({ onNextProblem }: { onNextProblem: () => void }) {
  const store = useEditorStore();
  const name = useEditor((state) => state.name);
  const graph = useEditor((state) => state.document.graph);
  const readOnly = useEditor((state) => state.readOnly);
  const selected = useEditor((state) => (state.selected.length === 1 ? state.selected[0] : undefined));
  const focus = useEditor((state) => state.focus);
  const { text, format, parsed, notes, fault, pending, newest, type, flush, forget, setFormat } = useText();
  /** the step that the cursor chose: its text is in view already */
  const chosen = useRef<string | null>(null);
  const [reveal, setReveal] = useState<{ from: number; focus: boolean } | null>(null);

  const marked = useMemo(() => {
    if (selected === undefined) return null;
    const place = placeOf(parsed.root, pathOfNode(graph, selected));
    return place?.exact ? { from: place.from, to: place.to } : null;
  }, [selected, parsed, graph]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selection or another visit, not another letter
  useEffect(() => {
    if (selected === undefined || selected === chosen.current || !marked) return;
    chosen.current = null;
    setReveal({ from: marked.from, focus: false });
  }, [selected, focus]);

  const onCursor = (at: number) => {
    if (!parsed.root) return; // where it cannot be read, the selection stays
    const { document, select, selected: before } = store.getState();
    const node = nodeAtPath(document.graph, pathAt(parsed.root, at));
    chosen.current = node;
    if (node ? before.length !== 1 || before[0] !== node : before.length > 0) select(node ? [node] : []);
  };
  const ending = format === 'json' ? '.asl.json' : '.asl.yaml';

  return (
    <section aria-label="Definition" className="flex h-full min-h-0 flex-col bg-surface">
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1">
        <Segmented label="Written in" size="sm" value={format} onChange={setFormat} options={[...FORMATS]} />
        <span className="min-w-0 flex-1" />
        <CopyButton text={text} label="Copy the definition" size="md" />
        <Button
          size="sm"
          onClick={() =>
            download(`${fileName(name)}${ending}`, text, format === 'json' ? 'application/json' : 'application/yaml')
          }
        >
          <Download className="size-3.5" aria-hidden /> {ending}
        </Button>
      </div>
      {fault ? (
        <div
          role="alert"
          className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-danger/40 bg-danger/6 px-3 py-1.5 text-xs"
        >
          <div className="flex min-w-[min(100%,14rem)] flex-1 items-start gap-2">
            <OctagonAlert className="mt-1 size-4 shrink-0 text-danger" aria-hidden />
            <p className="min-w-0 leading-6">
              <button
                type="button"
                className="min-h-6 text-left font-medium underline-offset-2 hover:underline"
                onClick={() => setReveal({ from: fault.from, focus: true })}
              >
                {parsed.root ? 'Line' : `Not ${format === 'json' ? 'JSON' : 'YAML'} yet, line`} {fault.line}, column{' '}
                {fault.column}: {fault.message}
              </button>{' '}
              <span className="text-muted">
                {fault.hint.includes('canvas keeps')
                  ? fault.hint
                  : `${fault.hint} The canvas keeps the last version that was right.`}
              </span>
            </p>
          </div>
          <Button size="sm" className="ml-auto" onClick={forget}>
            Back to that version
          </Button>
        </div>
      ) : null}
      <div className="min-h-0 flex-1">
        <Suspense fallback={<Skeleton className="m-3 h-[calc(100%-1.5rem)]" />}>
          <TextEditor
            text={text}
            format={format}
            label="Definition of the workflow"
            readOnly={readOnly}
            notes={notes}
            marked={marked}
            reveal={reveal}
            newest={newest}
            onType={type}
            onCursor={onCursor}
            onUndo={() => {
              if (pending) return false;
              store.getState().undo();
              return true;
            }}
            onRedo={() => {
              if (pending) return false;
              store.getState().redo();
              return true;
            }}
            onNextProblem={() => {
              flush();
              onNextProblem();
            }}
          />
        </Suspense>
      </div>
    </section>
  );
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
