/**
 * Reads a model's answer: tolerant of fences, prose around it and fields left out, never of wrong shapes.
 *
 *   text ──jsonIn()──▶ JSON ──planFrom()──▶ DraftPlan, or what is wrong with it
 *   text so far ──partialPlan()──▶ the steps that are complete
 * @module
 */
import { isObject, type Json, type JsonObject, jsonDepth } from '@/lib/base/json';
import { DraftPlan, PlanInput, PlanStep } from '../plan';

const MAX_DEPTH = 60;
export const MAX_STEPS = 100;

/** The JSON object in a text: all of it, in a fence, or between words. `null` where there is none. */
export function jsonIn(text: string): JsonObject | null {
  const plain = unthought(text);
  const fences = [...plain.matchAll(/```(?:\w+)?\s*\n?([\s\S]*?)```/g)].map(([, held]) => held!.trim());
  for (const part of [plain.trim(), ...fences, ...objectsIn(plain), ...objectsIn(text)]) {
    if (!part.startsWith('{') || jsonDepth(part) > MAX_DEPTH) continue;
    try {
      const value = JSON.parse(part) as Json;
      if (isObject(value)) return calledWith(value);
    } catch {
      // the next way of reading may do
    }
  }
  return null;
}

/** What a model thinks aloud is no answer; some servers send only the end of it, or cut its end off. */
export const unthought = (text: string): string =>
  text.replace(/^[\s\S]*<\/think(?:ing)?>/i, '').replace(/<think(?:ing)?>[\s\S]*$/i, '');

/** The objects that stand in a text, in their order; those within another are part of it. */
function* objectsIn(text: string): Generator<string> {
  let from = text.indexOf('{');
  for (let tried = 0; from >= 0 && tried < MOST_TRIED; tried++) {
    const end = endOf(text, from);
    if (end >= 0) yield text.slice(from, end);
    from = text.indexOf('{', end >= 0 ? end : from + 1);
  }
}
const MOST_TRIED = 20;

/** An answer in the form of a call, `{ "name": …, "arguments": { … } }`: what it is called with. */
function calledWith(value: JsonObject): JsonObject {
  if ('steps' in value || 'edits' in value) return value;
  for (const held of [value.arguments, value.parameters, value.input]) {
    const inner = typeof held === 'string' && held.startsWith('{') ? jsonIn(held) : held;
    if (isObject(inner) && ('steps' in inner || 'edits' in inner)) return inner;
  }
  return value;
}

/** Where the object or list that begins at `from` ends; −1 where it is not whole yet. */
function endOf(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

export type Read = { plan: DraftPlan } | { faults: string[] };

/** @returns faults as sentences that a model can act on */
export function planFrom(json: JsonObject): Read {
  const held = isObject(json.plan) && !('steps' in json) ? json.plan : json;
  const parsed = DraftPlan.safeParse(completed(held));
  if (!parsed.success)
    return {
      faults: parsed.error.issues
        .slice(0, 12)
        .map((issue) => `${issue.path.join('.') || 'the answer'}: ${issue.message}`),
    };
  if (parsed.data.steps.length === 0) return { faults: ['steps: there is none; name at least one step.'] };
  if (parsed.data.steps.length > MAX_STEPS)
    return { faults: [`steps: ${parsed.data.steps.length} are too many; at most ${MAX_STEPS}.`] };
  return { plan: parsed.data };
}

/** Fields that mean nothing when they are absent are filled in: servers without strict output leave them out. */
function completed(plan: JsonObject): JsonObject {
  const list = (value: Json | undefined) => (Array.isArray(value) ? value : []);
  return {
    ...plan,
    title: typeof plan.title === 'string' && plan.title.trim() ? plan.title.trim().slice(0, 80) : 'Workflow',
    steps: list(plan.steps).map(completedStep),
    inputs: list(plan.inputs).map(completedInput),
    result: plan.result === undefined ? null : completedValue(plan.result),
    notes: list(plan.notes).filter((note) => typeof note === 'string'),
    questions: list(plan.questions),
  };
}

/** An input with every field that it may leave out. */
export const completedInput = (input: Json): Json =>
  isObject(input)
    ? {
        title: input.field ?? '',
        type: 'string',
        format: null,
        contentMediaType: null,
        description: null,
        required: true,
        json: null,
        file: null,
        ...input,
      }
    : input;

function completedStep(step: Json): Json {
  if (!isObject(step)) return step;
  const args = Array.isArray(step.arguments)
    ? step.arguments
    : isObject(step.arguments)
      ? Object.entries(step.arguments).map(([name, from]) => ({ name, from, because: null }))
      : [];
  return {
    inside: null,
    because: null,
    alternatives: [],
    confidence: 0.7,
    description: '',
    until: null,
    seconds: null,
    title: step.id ?? '',
    ...step,
    kind: step.kind ?? (step.functionName ? 'function' : 'missing'),
    after: Array.isArray(step.after) ? step.after : [],
    arguments: args.map((argument) =>
      isObject(argument) ? { because: null, ...argument, from: completedValue(argument.from ?? null) } : argument,
    ),
    ...(step.over === undefined ? {} : { over: completedValue(step.over) }),
    ...(isObject(step.condition)
      ? {
          condition: {
            right: null,
            ...step.condition,
            left: completedValue(step.condition.left ?? null),
            ...(step.condition.right ? { right: completedValue(step.condition.right) } : {}),
          },
        }
      : {}),
  };
}

/** `{ "kind": "literal", "value": 5 }` and a bare `5` mean a literal. */
export function completedValue(value: Json): Json {
  if (!isObject(value)) return value === null ? null : { kind: 'literal', json: JSON.stringify(value) };
  if (value.kind === 'literal' && typeof value.json !== 'string')
    return { kind: 'literal', json: JSON.stringify(value.json ?? value.value ?? null) };
  if (value.kind === 'literal' && !isJson(value.json as string))
    return { kind: 'literal', json: JSON.stringify(value.json) };
  if (value.kind === 'step' || value.kind === 'item') return { field: null, ...value };
  return value;
}

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** What is whole already of an answer that is still being written; `null` before the first step. */
export function partialPlan(text: string): DraftPlan | null {
  const plain = unthought(text);
  const steps = wholeItems(plain, 'steps').flatMap((json) => {
    const parsed = PlanStep.safeParse(completedStep(json));
    return parsed.success ? [parsed.data] : [];
  });
  if (steps.length === 0) return null;
  const inputs = wholeItems(plain, 'inputs').flatMap((json) => {
    const parsed = PlanInput.safeParse(json);
    return parsed.success ? [parsed.data] : [];
  });
  const title = /"title"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(plain)?.[1] ?? '';
  return { title, steps, inputs, result: null, notes: [], questions: [] };
}

/** The objects of a list that are whole already in an answer that is still being written. */
export function wholeItems(text: string, field: string): Json[] {
  const begin = new RegExp(`"${field}"\\s*:\\s*\\[`).exec(text);
  if (!begin) return [];
  const items: Json[] = [];
  for (let at = begin.index + begin[0].length; at < text.length; ) {
    const next = /[{\]]/g;
    next.lastIndex = at;
    const found = next.exec(text);
    if (found?.[0] !== '{') break;
    const end = endOf(text, found.index);
    if (end < 0) break;
    try {
      items.push(JSON.parse(text.slice(found.index, end)) as Json);
    } catch {
      break;
    }
    at = end;
  }
  return items;
}
