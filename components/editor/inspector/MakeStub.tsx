'use client';
import { Hammer, Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import { makeStubAction, writerAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { chooseFunction, type NodeOf, nodeOf } from '@/lib/graph';
import { useWriting } from '../../functions/useWriting';
import { WrittenReview } from '../../functions/WrittenReview';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useEditor, useEditorStore } from '../state/context';

/** Makes a function for a step that none does, and puts it into the step: the model's, where there is one, or a stub. */
export function MakeStub({ node }: { node: NodeOf<'task'> }) {
  const store = useEditorStore();
  const edit = useEditor((state) => state.edit);
  const writer = useWriter();
  const writing = useWriting(node.id);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  function take(manifest: FunctionManifest) {
    store.setState((state) => ({ functions: new Map([...state.functions, [manifest.name, manifest]]) }));
    edit((now) => {
      const present = nodeOf(now.graph, node.id); // it may have been changed meanwhile
      return present?.kind === 'task' ? chooseFunction(now, present, manifest) : { document: now };
    });
  }
  async function make() {
    setBusy(true);
    setProblem(null);
    const answer = await makeStubAction({ document: store.getState().document, node: node.id }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (answer.ok) take(answer.value);
    else setProblem(answer.problem);
  }
  function write() {
    setOpen(true);
    void writing.begin(store.getState().document);
  }

  const told = problem ?? writing.problem;
  return (
    <div className="mt-2 flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {writing.written || writing.busy ? (
          <Button size="sm" variant="accent" onClick={() => setOpen(true)}>
            <Sparkles className="size-3.5" aria-hidden />{' '}
            {writing.written ? 'Review what was written' : 'See it being written'}
          </Button>
        ) : writer ? (
          <Button size="sm" variant="accent" onClick={write}>
            <Sparkles className="size-3.5" aria-hidden /> Let {writer} write it
          </Button>
        ) : null}
        <Button size="sm" busy={busy} onClick={() => void make()}>
          <Hammer className="size-3.5" aria-hidden /> Make a stub
        </Button>
      </div>
      {told ? <ErrorNote problem={told} /> : null}
      {writer ? (
        <WrittenReview
          title={node.name}
          writer={writer}
          writing={writing}
          open={open}
          onOpenChange={setOpen}
          onAgain={write}
          onKept={(manifest) => {
            writing.discard();
            take(manifest);
          }}
        />
      ) : null}
    </div>
  );
}

/** The model that is configured, asked for once: it changes with a start of the server only. */
let known: Promise<string | null> | null = null;
function useWriter(): string | null {
  const [writer, setWriter] = useState<string | null>(null);
  useEffect(() => {
    known ??= writerAction().then(
      (answer) => (answer.ok ? answer.value : null),
      () => {
        known = null;
        return null;
      },
    );
    let live = true;
    void known.then((name) => live && setWriter(name));
    return () => {
      live = false;
    };
  }, []);
  return writer;
}
