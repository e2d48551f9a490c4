'use client';
import { Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { startTrialAction } from '@/lib/actions/try';
import type { Json } from '@/lib/base/json';
import { isObject } from '@/lib/base/json';
import type { ProblemView } from '@/lib/base/problem';
import { nodeOf } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { Skeleton } from '../../ui/Card';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { defaultsOf } from '../../ui/schema';
import { useEditor, useEditorStore } from '../state/context';
import { asText, JsonInput, readJson } from './JsonInput';
import { MockSwitch, useMocks } from './MockSwitch';
import { Placeholders } from './Placeholders';
import { openTry, type Part } from './state';
import { originOf, useFound } from './useFound';

/** Asks for what a part of a workflow is to begin with, then runs it. */
export function PartDialog({ part, onStarted }: { part: Part; onStarted: (jobId: string) => void }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const { found, problem: unknown } = useFound(part);
  const [input, setInput] = useState('{}');
  const [variables, setVariables] = useState('{}');
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);
  const mocks = useMocks();
  useEffect(() => {
    if (!found) return;
    // Where the workflow itself begins, its own examples are as good as any.
    const { graph: whole, input: schema } = store.getState().document;
    const atStart = part.from === null ? nodeOf(whole, part.until ?? '')?.parent === null : part.from === whole.startAt;
    setInput(asText(found.input?.value ?? (atStart ? (defaultsOf(schema) ?? undefined) : undefined)));
    setVariables(asText(found.variables));
  }, [found, part, store]);

  const name = (id: string | null) => (id ? (nodeOf(graph, id)?.name ?? '') : '');
  const title =
    part.from && part.from === part.until
      ? `Run only “${name(part.from)}”`
      : part.from
        ? `Run from “${name(part.from)}”`
        : `Run until “${name(part.until)}”`;
  const start = async () => {
    const [given, set] = [readJson(input), readJson(variables)];
    if ('problem' in given || 'problem' in set) return;
    setBusy(true);
    setProblem(null);
    const { id, document } = store.getState();
    const answer = await startTrialAction({
      workflowId: id,
      document,
      ...part,
      input: given.value,
      variables: isObject(set.value) ? (set.value as Record<string, Json>) : {},
      ...(found?.workflowInput && { workflowInput: found.workflowInput.value }),
      mocked: mocks.on,
    }).catch(() => null);
    setBusy(false);
    if (answer?.ok) {
      openTry(store, null);
      onStarted(answer.value.jobId);
    } else
      setProblem(
        answer?.problem ?? { code: 'SERVER_UNREACHABLE', message: 'The server did not answer.', hint: 'Try again.' },
      );
  };
  return (
    <Dialog
      open
      onOpenChange={() => openTry(store, null)}
      title={title}
      description="Runs this part for real, as a workflow of its own. What comes before it is not run."
      footer={
        <>
          <Button onClick={() => openTry(store, null)}>Cancel</Button>
          <Button variant="primary" busy={busy} disabled={!found} onClick={() => void start()}>
            {busy ? null : <Play className="size-3.5 fill-current" aria-hidden />} Run this part
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {unknown ? <ErrorNote problem={unknown} /> : null}
        {found ? (
          <>
            <JsonInput label="Input of its first step" value={input} onChange={setInput} hint={originOf(found)} />
            <JsonInput
              label="Variables that it finds"
              value={variables}
              onChange={setVariables}
              hint="What earlier steps kept, by name without $."
              minHeight="64px"
            />
            <Placeholders />
            <MockSwitch mocks={mocks} />
          </>
        ) : unknown ? null : (
          <Skeleton className="h-40" />
        )}
        {problem ? <ErrorNote problem={problem} /> : null}
      </div>
    </Dialog>
  );
}
