/** Copy and paste of steps, within this browser tab. */
import { toast } from 'sonner';
import { addNode, duplicateNodes, isContainer, nodeOf, type WorkflowNode } from '@/lib/graph';
import { spotAfterSelection } from './insert';
import type { EditorStore } from './store';

let copied: { workflow: string; nodes: WorkflowNode[] } | null = null;

export function copySelection(store: EditorStore): boolean {
  const { selected, document, id } = store.getState();
  const nodes = selected.flatMap((one) => nodeOf(document.graph, one) ?? []);
  if (nodes.length === 0) return false;
  copied = { workflow: id, nodes };
  toast(nodes.length === 1 ? `“${nodes[0]!.name}” copied` : `${nodes.length} steps copied`);
  return true;
}

/** One step comes after the selection; several come beside their originals, with the connections among them. */
export function paste(store: EditorStore): boolean {
  if (!copied) return false;
  const { document, selected, selectedEdge, edit, select, id } = store.getState();
  const [only] = copied.nodes;
  if (copied.nodes.length === 1 && only && !isContainer(only)) {
    // Its variables stay with the original: a copy keeps its own result only when something refers to it.
    const { assign: _assign, ...rest } = only;
    const answer = edit((now) =>
      addNode(now, rest as WorkflowNode, spotAfterSelection(document, selected, selectedEdge)),
    );
    if (answer) select([answer.id]);
    return true;
  }
  const here =
    copied.workflow === id ? copied.nodes.filter((node) => nodeOf(document.graph, node.id)).map((node) => node.id) : [];
  if (here.length === 0) {
    toast.error('These steps can only be pasted where they were copied.', {
      description: 'Copy one step to take it to another workflow.',
    });
    return true;
  }
  const answer = edit((now) => duplicateNodes(now, here));
  if (answer) select(here.flatMap((one) => answer.ids[one] ?? []));
  return true;
}
