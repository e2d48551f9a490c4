'use client';
import { Hammer } from 'lucide-react';
import { useState } from 'react';
import { makeStubAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import { chooseFunction, type NodeOf, nodeOf } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useEditor, useEditorStore } from '../state/context';

/** Makes a function for a step that none does, and puts it into the step. */
export function MakeStub({ node }: { node: NodeOf<'task'> }) {
  const store = useEditorStore();
  const edit = useEditor((state) => state.edit);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  async function make() {
    setBusy(true);
    setProblem(null);
    const answer = await makeStubAction({ document: store.getState().document, node: node.id }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    const manifest = answer.value;
    store.setState((state) => ({ functions: new Map([...state.functions, [manifest.name, manifest]]) }));
    edit((now) => {
      const present = nodeOf(now.graph, node.id); // it may have been changed meanwhile
      return present?.kind === 'task' ? chooseFunction(now, present, manifest) : { document: now };
    });
  }

  return (
    <div className="mt-2 flex flex-col gap-2">
      <div>
        <Button size="sm" busy={busy} onClick={() => void make()}>
          <Hammer className="size-3.5" aria-hidden /> Make a stub
        </Button>
      </div>
      {problem ? <ErrorNote problem={problem} /> : null}
    </div>
  );
}
