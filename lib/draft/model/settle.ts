/**
 * Settles what a model may not decide: addresses of files, addresses that nobody gave, and what a required argument lacks.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { DraftRequest } from '../draft';
import { PlanInputs, titleOf } from '../offline/inputs';
import type { DraftPlan, PlanArgument, PlanInput, PlanStep, ValueFrom } from '../plan';

type Given = Pick<DraftRequest, 'prompt' | 'files' | 'manifests'>;

/** A plan whose files are the attached ones, whose addresses are the person's own, and which asks for what it lacks. */
export function settled(plan: DraftPlan, given: Given): DraftPlan {
  const byName = new Map(given.manifests.map((manifest) => [manifest.name, manifest]));
  const inputs = new PlanInputs();
  const notes = [...plan.notes];
  inputs.list.push(...plan.inputs.map((input) => settledInput(input, given, notes)));
  const steps = plan.steps.map((step): PlanStep => {
    if (step.kind === 'missing')
      return { ...step, arguments: step.arguments.filter(({ from }) => !strangeOf(from, given)) };
    if (step.kind !== 'function') return step;
    const manifest = byName.get(step.functionName);
    if (manifest) return settledStep(step, manifest, given, inputs, notes);
    // An invented function is a step that is missing, by the name that it was given.
    notes.push(
      `There is no function “${step.functionName}”, which the model named for “${step.title}”: the step is shown as missing.`,
    );
    const { id, title, inside, after, because } = step;
    return {
      id,
      title,
      inside,
      after,
      because,
      kind: 'missing',
      description: missingText(title, step.functionName),
      arguments: step.arguments.filter(({ from }) => !strangeOf(from, given)),
    };
  });
  return { ...plan, steps, inputs: inputs.list, notes };
}

function settledInput(input: PlanInput, given: Given, notes: string[]): PlanInput {
  const file = input.file === null ? undefined : given.files[input.file];
  if (file) {
    const all = given.files.map(({ uri }) => uri);
    return {
      ...input,
      format: input.format ?? 's3-uri',
      json: JSON.stringify(input.type === 'array' ? all : file.uri),
    };
  }
  const strange = input.json === null ? null : strangeIn(input.json, given);
  if (strange)
    notes.push(
      `The model gave “${input.title || input.field}” the address ${strange}, which is not in your words: please fill it in yourself.`,
    );
  return { ...input, file: null, json: strange || input.format === 's3-uri' ? null : input.json };
}

type FunctionStep = Extract<PlanStep, { kind: 'function' }>;

function settledStep(
  step: FunctionStep,
  manifest: FunctionManifest,
  given: Given,
  inputs: PlanInputs,
  notes: string[],
): FunctionStep {
  const asked = (name: string): PlanArgument => {
    const schema = manifest.input.properties?.[name] ?? { type: 'string' };
    return {
      name,
      from: { kind: 'input', field: inputs.add({ name, schema, title: titleOf(name, schema), owner: step.title }) },
      because: null,
    };
  };
  const args = step.arguments.map((argument): PlanArgument => {
    const strange = strangeOf(argument.from, given);
    if (!strange) return argument;
    notes.push(
      `The model wrote the address ${strange} for “${argument.name}” of ${step.title}, which is not in your words: please fill it in yourself.`,
    );
    return asked(argument.name);
  });
  const lacking = (manifest.input.required ?? []).filter(
    (name) =>
      manifest.input.properties?.[name]?.default === undefined && !args.some((argument) => argument.name === name),
  );
  const alternatives = step.alternatives.filter((name) => given.manifests.some((other) => other.name === name));
  return {
    ...step,
    confidence: Math.max(0, Math.min(1, step.confidence)),
    alternatives,
    arguments: [...args, ...lacking.map(asked)],
  };
}

/** The name that a model invented is told where it is a name, never an address. */
export const missingText = (title: string, name: string): string =>
  /^[\w-]{1,64}$/.test(name) ? `${title} (${name})` : title;

export function strangeOf(from: ValueFrom, given: Given): string | null {
  if (from.kind === 'literal') return strangeIn(from.json, given);
  if (from.kind !== 'text') return null;
  for (const part of from.parts) {
    const found = part.kind === 'words' ? strangeIn(JSON.stringify(part.text), given) : null;
    if (found) return found;
  }
  return null;
}

const ADDRESS =
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>\\]+|\barn:aws[^\s"'\\]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;

/** An address (URL, ARN, e-mail, IP) in a JSON value that the person did not write. */
function strangeIn(json: string, { prompt, files }: Given): string | null {
  let text = json;
  try {
    text = JSON.stringify(JSON.parse(json) as Json); // one spelling, without \u escapes
  } catch {
    // told elsewhere
  }
  const said = prompt.toLowerCase();
  for (const [address] of text.matchAll(ADDRESS)) {
    const plain = address.replace(/[.,;:!?)\]}]+$/, '').toLowerCase();
    if (!said.includes(plain) && !files.some(({ uri }) => uri.toLowerCase() === plain)) return address;
  }
  return null;
}
