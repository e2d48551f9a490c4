/** "do it for every file": what is repeated, and over which list. */
import type { JsonSchema } from '@/lib/functions/manifest';
import { term, wordsOf } from '@/lib/functions/words';
import { functionOf, mappingAt, payloadOf, type WorkflowNode } from '@/lib/graph';
import { mainLine, type Scene } from './find';
import { inputsUsed } from './inputs';
import type { EditOf } from './plan';

export function repeatOf(
  scene: Scene,
  named: readonly WorkflowNode[],
  noun: string,
): Omit<EditOf<'repeat'>, 'id' | 'because'> | null {
  const line = mainLine(scene.document);
  const listed = listOf(scene, line, noun);
  if (listed) {
    const rest = named.length > 0 ? [...named] : line.slice(line.indexOf(listed.node) + 1);
    const [first] = rest;
    if (!first) return null;
    return {
      kind: 'repeat',
      steps: rest.map(({ id }) => id),
      over: { kind: 'step', step: listed.node.id, field: listed.field },
      argument: argumentFor(scene, first, listed.items),
    };
  }
  const field = inputFor(scene, noun);
  if (!field) return null;
  const steps = named.length > 0 ? withReaders(line, named) : line;
  return { kind: 'repeat', steps: steps.map(({ id }) => id), over: { kind: 'input', field }, argument: null };
}

/** With what comes after and works on what they give: past a loop there is a list, not one of each. */
function withReaders(line: readonly WorkflowNode[], named: readonly WorkflowNode[]): WorkflowNode[] {
  const names = new Set(named.flatMap((node) => (node.assign ?? []).map(({ name }) => name)));
  let [from, to] = [Number.POSITIVE_INFINITY, -1];
  for (const [at, node] of line.entries()) {
    const reads = [...names].some((name) => JSON.stringify(node).includes(`"name":${JSON.stringify(name)}`));
    if (!named.includes(node) && !reads) continue;
    for (const { name } of node.assign ?? []) names.add(name);
    from = Math.min(from, at);
    to = at;
  }
  return to < 0 ? [...named] : line.slice(from, to + 1);
}

const stems = (text: string): Set<string> => new Set(wordsOf(text.toLowerCase()).map(term));
const meet = (a: Set<string>, b: Set<string>): boolean => [...a].some((each) => b.has(each));

/** A list that a step gives and that the noun names: "every row". */
function listOf(
  { manifests }: Scene,
  line: readonly WorkflowNode[],
  noun: string,
): { node: WorkflowNode; field: string; items: JsonSchema | undefined } | null {
  const wanted = stems(noun);
  for (const node of [...line].reverse()) {
    const manifest = manifests.find(({ name }) => name === functionOf(node));
    for (const [field, schema] of Object.entries(manifest?.output.properties ?? {})) {
      if (schema.type === 'array' && meet(wanted, stems(`${field} ${schema.title ?? ''}`)))
        return { node, field, items: schema.items };
    }
  }
  return null;
}

/** The argument of a step that an item of the list fits. */
function argumentFor({ manifests }: Scene, node: WorkflowNode, items: JsonSchema | undefined): string | null {
  const manifest = manifests.find(({ name }) => name === functionOf(node));
  const required = manifest?.input.required ?? [];
  const fits = required.filter((name) => {
    const type = manifest?.input.properties?.[name]?.type;
    return !items?.type || type === items.type;
  });
  return fits.find((name) => mappingAt(payloadOf(node), [name])?.kind !== 'literal') ?? fits[0] ?? null;
}

/** The input that holds one of what the noun names; a file where the noun is of another name. */
function inputFor({ document }: Scene, noun: string): string | null {
  const used = inputsUsed(document);
  const fields = Object.entries(document.input.properties ?? {}).filter(([name]) => used === null || used.has(name));
  const wanted = stems(noun);
  const named = fields.find(([name, schema]) =>
    meet(
      wanted,
      stems(
        `${name} ${schema.title ?? ''} ${schema.contentMediaType ?? ''} ${schema.format === 's3-uri' ? 'file' : ''}`,
      ),
    ),
  );
  const file = fields.find(([, schema]) => schema.format === 's3-uri');
  return (named ?? file ?? (fields.length === 1 ? fields[0] : undefined))?.[0] ?? null;
}
