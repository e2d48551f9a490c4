/**
 * Why a draft is as it is, in words, whoever planned it.
 *
 *   prompt, plan, nodes, manifests ──explainDraft()──▶ for each step its words, its reason and the next best; for each
 *                                                      argument its source; at most two questions; what led to nothing
 *
 * Reads only what the plan says and what the functions' manifests say: no second planning. Pure.
 * @module
 */
import type { Json } from '@/lib/base/json';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { term, wordsOf } from '@/lib/functions/words';
import { titleOf } from '../offline/inputs';
import type {
  DraftExplanation,
  DraftPlan,
  DraftQuestion,
  ExplainedStep,
  FunctionChoice,
  PlanArgument,
  PlanStep,
  PromptSpan,
  ValueFrom,
} from '../plan';
import { rivalsOf } from './rivals';
import { saysLittle, unplaced } from './unplaced';

export type ExplainRequest = {
  prompt: string;
  plan: DraftPlan;
  /** the id of the node that each step of the plan became */
  nodes: Readonly<Record<string, string>>;
  manifests: readonly FunctionManifest[];
  /** who planned it: what a model asks about is its own judgement */
  by?: 'offline' | 'model';
  /** what earlier workflows say for a step, by its id in the plan */
  reasons?: ReadonlyMap<string, string> | undefined;
};

/** Below this, another function could as well be meant; the offline planner gives it where scores are within a tenth. */
const UNSURE = 0.66;
const MOST_QUESTIONS = 2;
const MOST_OTHERS = 2;

type Scene = ExplainRequest & { byName: ReadonlyMap<string, FunctionManifest> };

export function explainDraft(request: ExplainRequest): DraftExplanation {
  const scene: Scene = { ...request, byName: new Map(request.manifests.map((one) => [one.name, one])) };
  const { plan, prompt } = scene;
  return {
    steps: plan.steps.flatMap((step) => explained(scene, step) ?? []),
    questions: questionsOf(scene),
    unplaced: unplaced(prompt, speakingOf(scene), usedBy(plan)),
  };
}

// ------------------------------------------------------------------ steps

function explained(scene: Scene, step: PlanStep): ExplainedStep | null {
  const node = scene.nodes[step.id];
  if (!node) return null;
  const asked = spansOf(scene.prompt, step.because);
  const common = { node, title: step.title, asked, taken: null, others: [], arguments: [] };
  switch (step.kind) {
    case 'function': {
      const manifest = scene.byName.get(step.functionName);
      if (!manifest) return { ...common, why: 'No function of this name exists.' };
      return {
        ...common,
        taken: manifest.name,
        why: [
          asked.length > 0 ? speaksFor(manifest, step.because ?? '') : (step.because ?? 'Another step needs it.'),
          scene.reasons?.get(step.id) ?? [],
        ]
          .flat()
          .join(' '),
        others: othersOf(scene, step).slice(0, MOST_OTHERS),
        arguments: argumentsOf(scene, step.arguments, manifest),
      };
    }
    case 'missing':
      return {
        ...common,
        why: `No function here does “${step.description}”.`,
        arguments: argumentsOf(scene, step.arguments, undefined),
      };
    case 'choice':
      return { ...common, why: 'The words set a condition: what follows depends on it.' };
    case 'loop':
      return {
        ...common,
        why: `What is inside is done once for each of ${readable(scene, step.over)}.`,
      };
    case 'wait':
      return { ...common, why: 'The words ask to wait.' };
  }
}

/** "“resize” and “photo” are words of Resize image." */
function speaksFor(manifest: FunctionManifest, because: string): string {
  const named = new Set(wordsOf(`${manifest.title} ${manifest.name}`).map(term));
  const described = new Set(
    wordsOf(
      `${manifest.description} ${Object.entries({ ...manifest.input.properties, ...manifest.output.properties })
        .map(([name, schema]) => `${name.replaceAll('_', ' ')} ${schema.title ?? ''}`)
        .join(' ')}`,
    ).map(term),
  );
  const said = [...new Set(wordsOf(because))].filter((word) => !saysLittle(word) && !/^\d/.test(word));
  const inName = said.filter((word) => named.has(term(word)));
  const inText = said.filter((word) => !named.has(term(word)) && described.has(term(word)));
  const list = (words: string[]) =>
    words
      .slice(0, 4)
      .map((word) => `“${word}”`)
      .join(', ');
  if (inName.length > 0)
    return inText.length > 0
      ? `Its name says ${list(inName)}; its description speaks of ${list(inText)}.`
      : `Its name says ${list(inName)}.`;
  if (inText.length > 0) return `Its description speaks of ${list(inText)}.`;
  return `It comes nearest in meaning: ${manifest.description.split(/(?<=\.)\s/)[0]}`;
}

const othersOf = ({ byName, plan }: Scene, step: Extract<PlanStep, { kind: 'function' }>): FunctionChoice[] =>
  [...new Set(step.alternatives)].flatMap((name) => {
    const manifest = byName.get(name);
    // What another step of the draft does already is no other way to do this one.
    const elsewhere = plan.steps.some((other) => other.kind === 'function' && other.functionName === name);
    return manifest && !elsewhere ? [choiceOf(manifest)] : [];
  });

const choiceOf = ({ name, title, description }: FunctionManifest): FunctionChoice => ({
  name,
  title,
  why: description.split(/(?<=\.)\s/)[0]!.slice(0, 160),
});

/** Where the words of a reason stand in the prompt; the offline planner joins pieces by " … ". */
function spansOf(prompt: string, because: string | null): PromptSpan[] {
  const low = prompt.toLowerCase();
  return (because ?? '').split(' … ').flatMap((piece) => {
    const text = piece.trim();
    const start = text === '' ? -1 : low.indexOf(text.toLowerCase());
    return start < 0 ? [] : [{ text: prompt.slice(start, start + text.length), start, end: start + text.length }];
  });
}

// ------------------------------------------------------------------ arguments

function argumentsOf(
  scene: Scene,
  given: readonly PlanArgument[],
  manifest: FunctionManifest | undefined,
): ExplainedStep['arguments'] {
  const properties = manifest?.input.properties ?? {};
  const title = (name: string) => (properties[name] ? titleOf(name, properties[name]) : name);
  const held = given.map(({ name, from, because }) => ({
    name,
    title: title(name),
    value: readable(scene, from),
    ...originOf(scene, from, because),
  }));
  const left = Object.entries(properties).flatMap(([name, schema]) =>
    schema.default === undefined || given.some((one) => one.name === name)
      ? []
      : [{ name, title: title(name), value: short(schema.default), origin: 'default' as const, said: null }],
  );
  return [...held, ...left];
}

function originOf(
  { prompt, plan }: Scene,
  from: ValueFrom,
  because: string | null,
): Pick<ExplainedStep['arguments'][number], 'origin' | 'said'> {
  const said = because !== null && spansOf(prompt, because).length > 0 ? because : null;
  switch (from.kind) {
    case 'step':
      return { origin: 'step', said };
    case 'item':
      return { origin: 'item', said };
    case 'input': {
      const input = plan.inputs.find(({ field }) => field === from.field);
      return { origin: 'input', said: said ?? (input?.file != null ? 'the attached file' : null) };
    }
    case 'text':
      return { origin: from.parts.some(({ kind }) => kind === 'step') ? 'step' : 'prompt', said };
    case 'literal':
      return { origin: said ? 'prompt' : 'planner', said };
  }
}

function readable({ plan }: Scene, from: ValueFrom): string {
  const stepTitle = (id: string) => plan.steps.find((step) => step.id === id)?.title ?? id;
  const inputTitle = (field: string) => plan.inputs.find((input) => input.field === field)?.title ?? field;
  switch (from.kind) {
    case 'literal':
      return short(parsed(from.json));
    case 'step':
      return from.field === null
        ? `what “${stepTitle(from.step)}” gives`
        : `${from.field} of “${stepTitle(from.step)}”`;
    case 'input':
      return `input “${inputTitle(from.field)}”`;
    case 'item':
      return from.field === null ? 'the item of the loop' : `${from.field} of the item of the loop`;
    case 'text':
      return from.parts
        .map((part) =>
          part.kind === 'words'
            ? part.text
            : part.kind === 'input'
              ? `{${inputTitle(part.field)}}`
              : `{${part.field ?? 'result'} of ${stepTitle(part.step)}}`,
        )
        .join('')
        .slice(0, 120);
  }
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
};
const parsed = (json: string): Json => {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return json;
  }
};

// ------------------------------------------------------------------ questions

function questionsOf(scene: Scene): DraftQuestion[] {
  const { plan, byName, nodes } = scene;
  const asked = new Map(plan.questions.map((question) => [question.step, question]));
  return plan.steps
    .flatMap((step) => {
      if (step.kind !== 'function') return [];
      const manifest = byName.get(step.functionName);
      const node = nodes[step.id];
      const question = asked.get(step.id);
      if (!manifest || !node || (!question && step.confidence >= UNSURE)) return [];
      const names = question?.options.some((name) => name !== manifest.name && byName.has(name))
        ? question.options
        : step.alternatives;
      const candidates = [...new Set(names)].flatMap((name) => {
        const option = byName.get(name);
        return option && name !== manifest.name ? [option] : [];
      });
      const asks = scene.by === 'model' && question !== undefined;
      const others = rivalsOf(plan, step, byName, candidates, asks).slice(0, MOST_OTHERS).map(choiceOf);
      if (others.length === 0) return [];
      const words = step.because ?? step.title;
      return [
        {
          confidence: step.confidence,
          question: {
            id: `which_${step.id}`,
            node,
            text: `What should do “${words.length > 80 ? `${words.slice(0, 79)}…` : words}”?`,
            words,
            options: [choiceOf(manifest), ...others],
          },
        },
      ];
    })
    .sort((a, b) => a.confidence - b.confidence)
    .slice(0, MOST_QUESTIONS)
    .map(({ question }) => question);
}

// ------------------------------------------------------------------ what led to nothing

function speakingOf({ plan, byName, reasons }: Scene): string[] {
  return plan.steps.flatMap((step) => {
    const manifest = step.kind === 'function' ? byName.get(step.functionName) : undefined;
    if (!manifest) return [step.title];
    const fields = Object.entries({ ...manifest.input.properties, ...manifest.output.properties });
    return [
      step.title,
      // What has a reason beside its words led to the function by that.
      ...(reasons?.has(step.id) ? [step.because ?? ''] : []),
      manifest.name,
      manifest.title,
      manifest.description,
      ...manifest.keywords,
      ...fields.flatMap(([name, schema]) => [
        name.replaceAll('_', ' '),
        schema.title ?? '',
        schema.description ?? '',
        ...(schema.enum ?? []).map(String),
      ]),
    ];
  });
}

/** Every text that became a value, a condition or a gap that is told. */
function usedBy(plan: DraftPlan): string[] {
  const values = (from: ValueFrom | null): string[] =>
    from === null
      ? []
      : from.kind === 'literal'
        ? [short(parsed(from.json)), from.json]
        : from.kind === 'text'
          ? from.parts.flatMap((part) => (part.kind === 'words' ? [part.text] : []))
          : [];
  return [
    ...plan.inputs.flatMap(({ json }) => (json === null ? [] : [json])),
    ...plan.steps.flatMap((step) => textsOf(step, values)),
  ];
}

function textsOf(step: PlanStep, values: (from: ValueFrom | null) => string[]): string[] {
  switch (step.kind) {
    case 'function':
      return step.arguments.flatMap(({ from, because }) => [...values(from), because ?? '']);
    case 'missing':
      return [step.description, step.because ?? ''];
    case 'choice':
      return [step.because ?? '', step.title, ...values(step.condition.left), ...values(step.condition.right)];
    case 'wait':
      return [step.because ?? '', step.title];
    case 'loop':
      return [step.title];
  }
}
