/** What keys, menus and buttons do to try a workflow. */
import { toast } from 'sonner';
import { dryRunAction, findSampleAction, startTrialAction } from '@/lib/actions/try';
import type { Result } from '@/lib/base/problem';
import { isContainer, nodeOf } from '@/lib/graph';
import type { EditorStore } from '../state/store';
import { openTry, type Part, tryStoreOf } from './state';

const GONE = 'The server did not answer.';
const said = (answer: Result<unknown> | null) => {
  if (answer?.ok) return;
  toast.error(answer ? answer.problem.message : GONE, { description: answer?.problem.hint ?? 'Try again.' });
};

/** The one step that is selected; where there is none, a word about it. */
export function theStep(editor: EditorStore): string | null {
  const { selected, document } = editor.getState();
  const [id] = selected;
  if (selected.length === 1 && id && nodeOf(document.graph, id)) return id;
  toast('Select one step first.', { description: 'Then try from it, until it, or it alone.' });
  return null;
}

/** Runs a part at once where its input is known, of a run or a pin; else asks. */
export async function tryPart(editor: EditorStore, part: Part, onStarted: (jobId: string) => void): Promise<void> {
  const { id, document } = editor.getState();
  const found = await findSampleAction({ workflowId: id, document, ...part }).catch(() => null);
  if (!found?.ok) return said(found);
  const { input, variables, workflowInput, from } = found.value;
  if (!input) return openTry(editor, { kind: 'part', ...part });
  const answer = await startTrialAction({
    workflowId: id,
    document,
    ...part,
    input: input.value,
    variables,
    ...(workflowInput && { workflowInput: workflowInput.value }),
  }).catch(() => null);
  if (!answer?.ok) return said(answer);
  toast('Trying this part', {
    description: from === 'pin' ? 'With the sample that is pinned.' : 'With what it had in the last run.',
    action: { label: 'Change…', onClick: () => openTry(editor, { kind: 'part', ...part }) },
  });
  onStarted(answer.value.jobId);
}

/** One state by itself; what holds other steps is run as a part. */
export function testSelected(editor: EditorStore): void {
  const id = theStep(editor);
  if (!id) return;
  const node = nodeOf(editor.getState().document.graph, id);
  openTry(editor, isContainer(node) ? { kind: 'part', from: id, until: id } : { kind: 'test', node: id });
}

export function mockSelected(editor: EditorStore): void {
  const id = theStep(editor);
  if (!id) return;
  const node = nodeOf(editor.getState().document.graph, id);
  if (node?.kind === 'task') openTry(editor, { kind: 'mock', node: id });
  else toast('Only a step that calls something can be mocked.', { description: 'Select a function or a service.' });
}

/** Every branch, dry: which steps and connections were taken is painted on the canvas. */
export async function dryRunAll(editor: EditorStore): Promise<void> {
  const store = tryStoreOf(editor);
  if (store.getState().busy) return;
  store.setState({ busy: true });
  const { document, lastInput } = editor.getState();
  // Where nobody said what the input is, the one of the last run is the best example there is.
  const { input } = document;
  const undescribed = Object.keys(input.properties ?? {}).length === 0 && lastInput !== undefined;
  const tried = undescribed ? { ...document, input: { ...input, default: lastInput } } : document;
  const answer = await dryRunAction({ document: tried }).catch(() => null);
  store.setState({ busy: false, coverage: answer?.ok ? answer.value : null });
  said(answer);
}
