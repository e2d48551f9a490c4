/**
 * Lines of a set as saved workflows: the prompt, the functions that it needed, and their edges.
 *
 *   { prompt, gold }[] ──examplesOf()──▶ DraftExample[]
 *   the same, plan ──corrected()──▶ as if a person had replaced, in its draft, what was wrong by what is right
 *
 * Which words led to which function is not said in a set, so it is not said by the first; nor is anything of the arguments
 * but which output went into which input. Pure.
 * @module
 */
import type { DraftExample, ExampleStep } from '@/lib/draft/offline';
import type { DraftPlan } from '@/lib/draft/plan';

export type Line = {
  id: string;
  prompt: string;
  gold?: {
    nodes: readonly { id: string; fn: string; args?: Record<string, unknown> }[];
    edges: readonly (readonly [string, string])[];
  };
};

/** @param names the catalogue's name of a set's function */
export const examplesOf = (lines: readonly Line[], names: ReadonlyMap<string, string>): DraftExample[] =>
  lines.flatMap(({ id, prompt, gold }) => {
    if (!gold) return [];
    const nodes = new Map(gold.nodes.map((node) => [node.id, node]));
    const nameOf = (node: string) => names.get(nodes.get(node)?.fn ?? '') ?? '';
    return [
      {
        id,
        title: id,
        prompt,
        steps: gold.nodes.map((node) => ({ functionName: nameOf(node.id), words: null })),
        flows: gold.edges.map(([from, to]) => ({
          from: nameOf(from),
          to: nameOf(to),
          ...fieldsOf(from, nodes.get(to)?.args ?? {}),
        })),
      },
    ];
  });

/** `{ playlist: '${n0.song}' }`: the output `song` of n0 goes into `playlist`. */
function fieldsOf(from: string, args: Record<string, unknown>): { output: string | null; input: string | null } {
  for (const [input, value] of Object.entries(args)) {
    const found = /^\$\{([^.}]+)\.([^.}[\]]+)/.exec(String(value));
    if (found && found[1] === from) return { output: found[2]!, input };
  }
  return { output: null, input: null };
}

/**
 * The steps with the words of the draft that led to them. What no right function is left for is taken out of the draft;
 * what is right and has no step is added by hand, and led to by no words.
 */
export function corrected(example: DraftExample, plan: DraftPlan | null): DraftExample {
  const left = example.steps.map(({ functionName }) => functionName);
  const steps: ExampleStep[] = [];
  const wrong: { words: string; instead: string | null }[] = [];
  for (const step of plan?.steps ?? []) {
    if (step.kind !== 'function' && step.kind !== 'missing') continue;
    const words = step.because ?? '';
    const name = step.kind === 'function' ? step.functionName : null;
    const at = name === null ? -1 : left.indexOf(name);
    if (at < 0) wrong.push({ words, instead: name });
    else steps.push({ functionName: left.splice(at, 1)[0]!, words });
  }
  for (const drafted of wrong) {
    const functionName = left.shift();
    if (functionName !== undefined) steps.push({ functionName, ...drafted });
  }
  return { ...example, steps: [...steps, ...left.map((functionName) => ({ functionName, words: null }))] };
}
