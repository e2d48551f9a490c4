/**
 * Makes a plan sound before it is assembled: what it refers to exists, comes before, and is no circle; what is unknown
 * is shown as missing; names are unique and fit. Each change is told as a diagnostic.
 * @module
 */
import type { Diagnostic } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { DraftPlan, PlanArgument, PlanStep, ValueFrom } from './plan';

export function tidy(
  wish: DraftPlan,
  manifests: ReadonlyMap<string, FunctionManifest>,
): { plan: DraftPlan; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const say = (code: string, message: string, hint: string, severity: Diagnostic['severity'] = 'error') =>
    diagnostics.push({ code, severity, message, hint, at: {} });
  const ids = new Set<string>();
  const titles = new Set<string>();
  let steps: PlanStep[] = [];
  for (const given of wish.steps) {
    if (given.id === '' || ids.has(given.id)) {
      say('PLAN_ID_TWICE', `Two steps of the plan have the id "${given.id}".`, 'Give each step an id of its own.');
      continue;
    }
    ids.add(given.id);
    let title = given.title.trim().slice(0, 80) || given.id.slice(0, 80);
    for (let n = 2; titles.has(title); n++) title = `${given.title.trim().slice(0, 74)} ${n}`;
    titles.add(title);
    steps.push({ ...given, title });
  }
  steps = steps.map((step) => known(step, manifests, say));

  const byId = new Map(steps.map((step) => [step.id, step]));
  steps = steps.map((step) => {
    if (!step.inside) return step;
    const holder = byId.get(step.inside.step);
    const fits =
      holder &&
      (holder.kind === 'loop'
        ? step.inside.branch === 'each'
        : holder.kind === 'function'
          ? step.inside.branch === 'failed'
          : holder.kind === 'choice' && (step.inside.branch === 'then' || step.inside.branch === 'otherwise'));
    if (fits && !circular(step, byId)) return step;
    say(
      'PLAN_INSIDE_UNKNOWN',
      `"${step.title}" is said to be inside "${step.inside.step}" (${step.inside.branch}), which is no such place.`,
      'Name a loop (each), a choice (then, otherwise) or a function (failed) of the plan.',
    );
    return { ...step, inside: null };
  });

  const inputs = wish.inputs
    .filter((input, i) => wish.inputs.findIndex((other) => other.field === input.field) === i)
    .map((input) => (input.json === null || isJson(input.json) ? input : { ...input, json: null }));
  const fields = new Set(inputs.map((input) => input.field));
  const placed = new Map(steps.map((step) => [step.id, step]));
  const sound = (step: PlanStep, from: ValueFrom, what: string): ValueFrom | null => {
    const fault = faultOf(from, step, placed, fields);
    if (fault)
      say(
        'PLAN_REFERENCE_UNKNOWN',
        `"${step.title}": ${what} ${fault}.`,
        'Refer to a step, or to an input that the plan lists.',
      );
    return fault ? null : from;
  };
  steps = steps.map((step) => {
    const after = step.after.filter(
      (id) =>
        placed.has(id) && id !== step.id && !isAround(id, step, placed) && !isAround(step.id, placed.get(id)!, placed),
    );
    if (step.kind === 'function' || step.kind === 'missing') {
      const args: PlanArgument[] = step.arguments.filter(
        (argument, i) =>
          step.arguments.findIndex((other) => other.name === argument.name) === i &&
          sound(step, argument.from, `the argument "${argument.name}"`),
      );
      return { ...step, after, arguments: args };
    }
    if (step.kind === 'loop')
      return { ...step, after, over: sound(step, step.over, 'its list') ?? { kind: 'literal', json: '[]' } };
    if (step.kind === 'choice') {
      const left = sound(step, step.condition.left, 'its condition') ?? { kind: 'literal' as const, json: 'false' };
      const right = step.condition.right && sound(step, step.condition.right, 'its condition');
      return { ...step, after, condition: { ...step.condition, left, right } };
    }
    return { ...step, after };
  });
  steps = withoutCircles(steps, say);
  const result =
    wish.result && faultOf(wish.result, null, new Map(steps.map((step) => [step.id, step])), fields) === null
      ? wish.result
      : null;
  return { plan: { ...wish, steps, inputs, result }, diagnostics };
}

type Say = (code: string, message: string, hint: string, severity?: Diagnostic['severity']) => void;

/** A function that nobody has is a step that is missing, by its name. Arguments that a function does not take are left away. */
function known(step: PlanStep, manifests: ReadonlyMap<string, FunctionManifest>, say: Say): PlanStep {
  if (step.kind !== 'function') return step;
  const manifest = manifests.get(step.functionName);
  if (!manifest) {
    say(
      'PLAN_FUNCTION_UNKNOWN',
      `There is no function "${step.functionName}", which "${step.title}" names.`,
      'Choose a function of the catalogue, or keep the step as missing.',
      'warning',
    );
    return {
      id: step.id,
      title: step.title,
      inside: step.inside,
      after: step.after,
      because: step.because,
      kind: 'missing',
      description: `${step.title} (${step.functionName})`,
      arguments: step.arguments,
    };
  }
  const { properties, additionalProperties } = manifest.input;
  if (!properties || additionalProperties === true || typeof additionalProperties === 'object') return step;
  const extra = step.arguments.filter(({ name }) => !Object.hasOwn(properties, name));
  for (const { name } of extra)
    say(
      'PLAN_ARGUMENT_UNKNOWN',
      `${step.functionName} takes no argument "${name}".`,
      `It takes: ${Object.keys(properties).join(', ')}.`,
      'warning',
    );
  return extra.length > 0
    ? { ...step, arguments: step.arguments.filter(({ name }) => Object.hasOwn(properties, name)) }
    : step;
}

function circular(step: PlanStep, byId: ReadonlyMap<string, PlanStep>): boolean {
  const seen = new Set<string>();
  for (let at: PlanStep | undefined = step; at; at = at.inside ? byId.get(at.inside.step) : undefined) {
    if (seen.has(at.id)) return true;
    seen.add(at.id);
  }
  return false;
}

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Is `outer` a container around the step? */
function isAround(outer: string, step: PlanStep, steps: ReadonlyMap<string, PlanStep>): boolean {
  for (let at = step.inside; at; at = steps.get(at.step)?.inside ?? null) if (at.step === outer) return true;
  return false;
}

function faultOf(
  from: ValueFrom,
  step: PlanStep | null,
  steps: ReadonlyMap<string, PlanStep>,
  inputs: ReadonlySet<string>,
): string | null {
  switch (from.kind) {
    case 'literal':
      return isJson(from.json) ? null : `is no JSON: ${from.json.slice(0, 60)}`;
    case 'input':
      return inputs.has(from.field.split('.')[0]!)
        ? null
        : `refers to the input "${from.field}", which the plan does not list`;
    case 'item': {
      for (let at = step?.inside ?? null; at; at = steps.get(at.step)?.inside ?? null)
        if (at.branch === 'each') return null;
      return 'refers to the item of a loop, but is in none';
    }
    case 'step': {
      const source = steps.get(from.step);
      if (!source) return `refers to the step "${from.step}", which does not exist`;
      if (step && (source === step || isAround(source.id, step, steps) || isAround(step.id, source, steps)))
        return `refers to "${source.title}", which has not ended then`;
      if (source.kind === 'choice' || source.kind === 'wait')
        return `refers to "${source.title}", which gives no result`;
      if (step && apart(source, step, steps))
        return `refers to "${source.title}", which is on the other way of the choice`;
      return null;
    }
    case 'text':
      for (const part of from.parts) {
        const fault = part.kind === 'words' ? null : faultOf(part, step, steps, inputs);
        if (fault) return fault;
      }
      return null;
  }
}

/** On the two ways of one choice: only one of them runs. */
function apart(a: PlanStep, b: PlanStep, steps: ReadonlyMap<string, PlanStep>): boolean {
  const ways = new Map<string, string>();
  for (let at = a.inside; at; at = steps.get(at.step)?.inside ?? null) ways.set(at.step, at.branch);
  for (let at = b.inside; at; at = steps.get(at.step)?.inside ?? null)
    if (ways.has(at.step) && ways.get(at.step) !== at.branch) return true;
  // What is done when a step fails ends there: nothing else can take up its results.
  for (let at = a.inside; at; at = steps.get(at.step)?.inside ?? null)
    if (at.branch === 'failed' && !isAround(at.step, b, steps)) return true;
  return false;
}

const stepIn = (from: ValueFrom): string[] =>
  from.kind === 'step'
    ? [from.step]
    : from.kind === 'text'
      ? from.parts.flatMap((part) => (part.kind === 'step' ? [part.step] : []))
      : [];

/** The steps that a step needs, by id: for data and for order. */
export function referencesOf(step: PlanStep): string[] {
  const data =
    step.kind === 'function' || step.kind === 'missing'
      ? step.arguments.flatMap(({ from }) => stepIn(from))
      : step.kind === 'loop'
        ? stepIn(step.over)
        : step.kind === 'choice'
          ? [...stepIn(step.condition.left), ...(step.condition.right ? stepIn(step.condition.right) : [])]
          : [];
  return [...data, ...step.after];
}

/**
 * Takes out, in the plan's order, each need that would close a circle. Steps inside a container wait for what any of
 * them waits for, so circles are looked for between containers of one place, too.
 */
function withoutCircles(steps: PlanStep[], say: Say): PlanStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const chain = (id: string): string[] => {
    const found: string[] = [];
    for (let at = byId.get(id); at; at = at.inside ? byId.get(at.inside.step) : undefined) found.unshift(at.id);
    return found;
  };
  /** The two members of one place between which a need from a to b lies. */
  const between = (a: string, b: string): [string, string] | null => {
    const [x, y] = [chain(a), chain(b)];
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return [x[i]!, y[i]!];
    return null;
  };
  const needs = new Map<string, Set<string>>();
  const leads = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(needs.get(from) ?? [])].some((next) => leads(next, to, seen));
  };
  const allow = (step: PlanStep, id: string): boolean => {
    const pair = between(step.id, id);
    if (!pair) return true;
    if (leads(pair[1], pair[0])) return false;
    needs.set(pair[0], (needs.get(pair[0]) ?? new Set()).add(pair[1]));
    return true;
  };
  const told = (step: PlanStep) =>
    say(
      'PLAN_CIRCLE',
      `"${step.title}" needs a step that itself waits for "${step.title}".`,
      'Take one of the two references out.',
    );
  return steps.map((step) => {
    const open = (from: ValueFrom) => stepIn(from).every((id) => allow(step, id));
    let made: PlanStep = step;
    if (step.kind === 'function' || step.kind === 'missing') {
      const args = step.arguments.filter(({ from }) => open(from));
      if (args.length < step.arguments.length) told(step);
      made = { ...step, arguments: args };
    } else if (step.kind === 'loop' && !open(step.over)) {
      told(step);
      made = { ...step, over: { kind: 'literal', json: '[]' } };
    } else if (
      step.kind === 'choice' &&
      !(open(step.condition.left) && (!step.condition.right || open(step.condition.right)))
    ) {
      told(step);
      made = { ...step, condition: { left: { kind: 'literal', json: 'false' }, operator: 'is true', right: null } };
    }
    return { ...made, after: step.after.filter((id) => allow(step, id)) };
  });
}
