/**
 * Another function takes a step over, as a person chose it: wired anew, in place.
 *
 *   document, node, function, the words that asked for the step ──swapPlan()──▶ a plan of one edit
 *
 * What the step has been given stays where the new function takes it by the same name; what only the new one takes is
 * read from the words again. The rest is found or asked for, as with every replaced step.
 * @module
 */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { mappingAt, nodeOf, payloadOf, type WorkflowDocument } from '@/lib/graph';
import type { EditPlan } from '../edit/plan';
import { planOffline } from '../offline';
import type { PlanArgument } from '../plan';

export type SwapRequest = {
  document: WorkflowDocument;
  node: string;
  functionName: string;
  /** the words of the prompt that asked for the step; empty where none did */
  words: string;
  manifests: readonly FunctionManifest[];
  now: Date;
};

export function swapPlan({ document, node, functionName, words, manifests, now }: SwapRequest): EditPlan {
  const step = nodeOf(document.graph, node);
  const held = step && payloadOf(step);
  const manifest = manifests.find(({ name }) => name === functionName);
  const read = manifest ? readFrom(words, manifest, now) : [];
  return {
    edits: [
      {
        kind: 'replace',
        id: 'swap',
        because: words || null,
        step: node,
        functionName,
        arguments: read.filter(({ name }) => mappingAt(held, [name]) === undefined),
      },
    ],
    inputs: [],
    answer: null,
    notes: [],
  };
}

/** Values that the words hold for this function. */
function readFrom(words: string, manifest: FunctionManifest, now: Date): PlanArgument[] {
  try {
    const { steps } = planOffline({ prompt: words, files: [], manifests: [manifest], now });
    const step = steps.find((one) => one.kind === 'function' && one.functionName === manifest.name);
    return step?.kind === 'function' ? step.arguments.filter(({ from }) => from.kind === 'literal') : [];
  } catch {
    return []; // words that ask for nothing hold nothing for it
  }
}
