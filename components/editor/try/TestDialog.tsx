'use client';
import { CircleCheck, OctagonAlert, Pin, Play, RotateCw, ShieldCheck } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { toast } from 'sonner';
import { testStepAction } from '@/lib/actions/try';
import { isObject, type Json } from '@/lib/base/json';
import type { ProblemView } from '@/lib/base/problem';
import type { StateTestView } from '@/lib/usecases/types';
import { Button } from '../../ui/Button';
import { Skeleton } from '../../ui/Card';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { durationText } from '../../ui/format';
import { JsonView } from '../../ui/JsonView';
import { nodeById, useEditor, useEditorStore } from '../state/context';
import { asText, JsonInput, readJson } from './JsonInput';
import { openTry, setPin } from './state';
import { originOf, useFound } from './useFound';

const LOOK: Record<StateTestView['status'], { icon: ReactNode; word: string }> = {
  succeeded: { icon: <CircleCheck className="size-4 text-success" aria-hidden />, word: 'Succeeded' },
  failed: { icon: <OctagonAlert className="size-4 text-danger" aria-hidden />, word: 'Failed' },
  retried: { icon: <RotateCw className="size-4 text-warning" aria-hidden />, word: 'Failed, and would be tried again' },
  caught: { icon: <ShieldCheck className="size-4 text-warning" aria-hidden />, word: 'Failed, and would be caught' },
};

/** One state, run by itself: what it gets, what it makes of that, what its work gives, what it hands on. */
export function TestDialog({ id }: { id: string }) {
  const store = useEditorStore();
  const node = useEditor(nodeById(id));
  const { found, problem: unknown } = useFound({ from: id, until: id });
  const [input, setInput] = useState('{}');
  const [variables, setVariables] = useState('{}');
  const [test, setTest] = useState<StateTestView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!found) return;
    setInput(asText(found.input?.value));
    setVariables(asText(found.variables));
  }, [found]);
  if (!node) return null;

  const run = async () => {
    const [given, set] = [readJson(input), readJson(variables)];
    if ('problem' in given || 'problem' in set) return;
    setBusy(true);
    setProblem(null);
    const { id: workflowId, document } = store.getState();
    const answer = await testStepAction({
      workflowId,
      document,
      node: id,
      input: given.value,
      variables: isObject(set.value) ? (set.value as Record<string, Json>) : {},
      ...(found?.workflowInput && { workflowInput: found.workflowInput.value }),
    }).catch(() => null);
    setBusy(false);
    if (answer?.ok) setTest(answer.value);
    else {
      setTest(null);
      setProblem(
        answer?.problem ?? { code: 'SERVER_UNREACHABLE', message: 'The server did not answer.', hint: 'Try again.' },
      );
    }
  };
  const pin = () => {
    if (test?.output === undefined) return;
    setPin(store, id, { input: test.input, output: test.output, assigned: test.assigned });
    toast.success('Pinned as this step’s sample', {
      description: 'Steps after it are tried with it.',
      action: { label: 'Undo', onClick: store.getState().undo },
    });
  };
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={() => openTry(store, null)}
      title={`Test “${node.name}”`}
      description="Runs this one step for real, with what you give it. Nothing before or after it is run."
      footer={
        <>
          {test?.output !== undefined ? (
            <Button variant="ghost" className="mr-auto" onClick={pin}>
              <Pin className="size-3.5" aria-hidden /> Pin as sample
            </Button>
          ) : null}
          <Button onClick={() => openTry(store, null)}>Close</Button>
          <Button variant="primary" busy={busy} disabled={!found} onClick={() => void run()}>
            {busy ? null : <Play className="size-3.5 fill-current" aria-hidden />} {test ? 'Test again' : 'Test'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {unknown ? <ErrorNote problem={unknown} /> : null}
        {found ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <JsonInput label="Input of the step" value={input} onChange={setInput} hint={originOf(found)} />
            <JsonInput
              label="Variables that it finds"
              value={variables}
              onChange={setVariables}
              hint="What earlier steps kept, by name without $."
            />
          </div>
        ) : unknown ? null : (
          <Skeleton className="h-32" />
        )}
        {problem ? <ErrorNote problem={problem} /> : null}
        {test ? <Stages test={test} /> : null}
      </div>
    </Dialog>
  );
}

function Stages({ test }: { test: StateTestView }) {
  const { icon, word } = LOOK[test.status];
  const stages: { title: string; words: string; value: Json | undefined }[] = [
    { title: 'Input', words: 'What comes in', value: test.input },
    { title: 'Arguments', words: 'What its work is given', value: test.arguments },
    { title: 'Result', words: 'What its work answers', value: test.result },
    { title: 'Output', words: 'What it hands on', value: test.output },
  ];
  return (
    <section aria-label="Result of the test" className="flex flex-col gap-3">
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm font-medium">
        {icon} {word} <span className="font-normal text-muted">in {durationText(test.ms)}</span>
        {test.next ? <span className="font-normal text-muted">· goes on to “{test.next}”</span> : null}
      </p>
      {test.error ? (
        <p className="rounded-md border border-danger/40 bg-danger/6 px-3 py-2 text-sm break-words">
          <span className="font-mono text-xs font-medium">{test.error}</span> {test.cause}
        </p>
      ) : null}
      <ol className="grid gap-3 sm:grid-cols-2">
        {stages.map(({ title, words, value }, i) => (
          <li key={title} className="flex min-w-0 flex-col gap-1">
            <span className="flex items-baseline gap-1.5 text-sm font-medium">
              <span className="text-xs text-muted tabular-nums">{i + 1}</span> {title}
              <span className="truncate text-xs font-normal text-muted">{words}</span>
            </span>
            {value === undefined ? (
              <span className="rounded-md border border-dashed px-3 py-2 text-xs text-muted">
                {title === 'Output' ? 'Nothing: it did not come to its end.' : 'This step has no such stage.'}
              </span>
            ) : (
              <JsonView value={value} label={title} className="max-h-60 overflow-auto" />
            )}
          </li>
        ))}
      </ol>
      {Object.keys(test.assigned).length > 0 ? (
        <div className="flex flex-col gap-1">
          <span className="text-sm font-medium">Variables after it</span>
          <JsonView value={test.assigned} label="Variables after it" className="max-h-48 overflow-auto" />
        </div>
      ) : null}
    </section>
  );
}
