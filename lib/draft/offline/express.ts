/**
 * Puts what was understood into a draft plan: ids and titles, loops and choices around steps, inputs for what nobody
 * gave, and the reasons in words.
 *
 * Longer than most: one function a part of the plan, and `toPlan`, which calls them in order.
 * @module
 */

import { stem } from '@/lib/functions/stem';
import { isGenericName } from '@/lib/functions/types';
import { nearTerms, splitName, term, wordsOf } from '@/lib/functions/words';
import type { DraftPlan, PlanArgument, PlanStep, ValueFrom } from '../plan';
import { conditionOf, guardedBy, isTelling, isTold, rescueOf } from './conditions';
import { reasonOf } from './examples-evidence';
import { makesSuch } from './files';
import { takesFiles } from './fit';
import { PlanInputs, titleOf } from './inputs';
import { loopOverFiles, loopOverWords, pluralOf, retryOf, waitsOf, waitsUntil } from './patterns';
import type { PlanRequest, Understood } from './plan-offline';
import { type Filled, fieldsOf, type Step } from './steps';
import { deedOf } from './support';
import { PLAIN_VERBS, WANTING } from './verbs';
import { reaches, speaksOf } from './wire';

type Inside = PlanStep['inside'];

/** @param reasons filled with what earlier workflows say for a step, by its id */
export function toPlan(understood: Understood, request: PlanRequest, reasons?: Map<string, string>): DraftPlan {
  const { units, values, index } = understood;
  const steps = inOrder(understood.steps);
  const inputs = new PlanInputs();
  const notes: string[] = [];
  const plan: PlanStep[] = [];
  const ids = new Map<Step, string>();
  const taken = new Set<string>();
  const newId = (wish: string) => {
    const base =
      wish
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/^_|_$/g, '')
        .toLowerCase()
        .slice(0, 32) || 'step';
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}_${n}`;
    taken.add(id);
    return id;
  };
  const titles = new Set<string>();
  const newTitle = (wish: string) => {
    let title = wish.slice(0, 76);
    for (let n = 2; titles.has(title); n++) title = `${wish.slice(0, 76)} ${n}`;
    titles.add(title);
    return title;
  };
  for (const step of steps) ids.set(step, newId(step.entry.manifest.name));

  // ---- choices
  const branches = new Map<Step, Inside>();
  const conditions = units.filter((unit) => unit.condition === 'if' && unit.kind === 'after');
  for (const unit of conditions) {
    const rescue = rescueOf(unit, steps);
    for (const step of rescue?.then ?? []) branches.set(step, { step: ids.get(rescue!.failing)!, branch: 'failed' });
    const guarded = guardedBy(unit, steps);
    const said = guarded.length === 0 && isTold(unit, steps) && isTelling(unit, units);
    if (rescue || (guarded.length === 0 && !said)) continue;
    const id = newId('decide');
    const condition = conditionOf(
      unit,
      steps.filter((step) => !guarded.includes(step)),
      ids,
      values,
      inputs,
    );
    plan.push({
      id,
      kind: 'choice',
      title: newTitle(`If ${unit.text}`),
      inside: null,
      after: [],
      because: unit.text,
      condition,
    });
    for (const step of guarded)
      branches.set(step, {
        step: id,
        branch: step.units.some((own) => own.condition === 'otherwise') ? 'otherwise' : 'then',
      });
  }

  // ---- loops
  const loops = new Map<Step, { id: string; source: Filled | null; item?: string }>();
  const lists = new Map<string, string>();
  const files = loopOverFiles(steps, values);
  for (const step of steps) {
    const listed = [...step.filled.values()].find(
      ({ source }) => source.kind === 'output' && source.each && !loops.has(source.step),
    );
    const inner = [...step.filled.values()].find(
      ({ source }) => source.kind === 'output' && loops.has(source.step) && !takesList(step, source, index.lexicon),
    );
    if (listed?.source.kind === 'output') {
      const id = newId('each');
      plan.push({
        id,
        kind: 'loop',
        title: newTitle(`For each ${singular(listed.source.field ?? 'item')}`),
        inside: branches.get(step) ?? null,
        after: [],
        because: listed.because,
        over: { kind: 'step', step: ids.get(listed.source.step)!, field: listed.source.field },
      });
      loops.set(step, { id, source: listed });
    } else if (files?.step === step) {
      const id = newId('each');
      const field = inputs.add({
        name: 'files',
        schema: {
          type: 'array',
          format: files.field.schema.format ?? '',
          contentMediaType: files.field.schema.contentMediaType ?? '',
          title: 'Files',
        },
        values: files.values.map(({ json }) => json),
        file: files.values[0]!.file,
      });
      plan.push({
        id,
        kind: 'loop',
        title: newTitle('For each file'),
        inside: branches.get(step) ?? null,
        after: [],
        because: `${files.values.length} files are attached`,
        over: { kind: 'input', field },
      });
      loops.set(step, { id, source: step.filled.get(files.field.name)! });
    } else if (inner?.source.kind === 'output') {
      loops.set(step, { id: loops.get(inner.source.step)!.id, source: null });
    } else {
      const wish = loopOverWords(step, steps, units);
      if (!wish) continue;
      const filled = step.filled.get(wish.field.name) ?? null;
      let id = lists.get(term(wish.thing));
      if (!id) {
        id = newId('each');
        lists.set(term(wish.thing), id);
        const given = filled?.source.kind === 'value' ? filled.source : null;
        const { title: _, ...schema } = wish.field.schema;
        const field = inputs.add({
          name: pluralOf(wish.thing),
          schema: { ...schema, type: 'array', description: `The ${pluralOf(wish.thing)} to go through, one by one.` },
          ...(given ? { values: [given.json], file: given.value.file } : {}),
        });
        plan.push({
          id,
          kind: 'loop',
          title: newTitle(`For each ${singular(wish.thing)}`),
          inside: branches.get(step) ?? null,
          after: [],
          because: step.units.map((unit) => unit.text).join(' … ') || null,
          over: { kind: 'input', field },
        });
      }
      loops.set(step, { id, source: filled, item: wish.field.name });
    }
  }

  // ---- steps
  const questions: DraftPlan['questions'] = [];
  for (const step of steps) {
    const { manifest } = step.entry;
    const id = ids.get(step)!;
    const args: PlanArgument[] = [];
    for (const field of fieldsOf(manifest.input)) {
      const filled = step.filled.get(field.name);
      if (!filled && loops.get(step)?.item === field.name)
        args.push({ name: field.name, from: { kind: 'item', field: null }, because: null });
      else if (filled)
        args.push({
          name: field.name,
          from: valueFrom(filled, loops.get(step)?.source === filled, ids, inputs, field.schema),
          because: filled.because,
        });
      else if (field.required && field.schema.default === undefined) {
        const name = inputs.add({
          name: field.name,
          schema: field.schema,
          owner: manifest.title,
          title: titleOf(field.name, field.schema),
        });
        args.push({ name: field.name, from: { kind: 'input', field: name }, because: null });
      }
    }
    const loop = loops.get(step);
    const because = step.units.map((unit) => unit.text).join(' … ') || null;
    const common = {
      id,
      title: newTitle(manifest.title),
      arguments: args,
      inside: loop ? ({ step: loop.id, branch: 'each' } as const) : (branches.get(step) ?? null),
      after: afterOf(step, steps, ids, understood),
      because: because ?? step.reason,
    };
    if (step.missing) {
      plan.push({ ...common, kind: 'missing', description: manifest.description });
      const like = (step.nearest ?? []).map(({ manifest: { title } }) => title).join(', ');
      notes.push(
        `No function does “${manifest.description}”.${like ? ` Nearest in meaning: ${like}.` : ''} Add one, or take the step out.`,
      );
      continue;
    }
    const retry = retryOf(step, steps, units);
    const others = step.candidates.filter(({ entry }) => entry !== step.entry);
    const own = step.candidates.find(({ entry }) => entry === step.entry);
    const reason = own?.near ? NEAREST : reasonOf(own ?? {});
    if (reason) reasons?.set(id, reason);
    plan.push({
      ...common,
      kind: 'function',
      functionName: manifest.name,
      alternatives: others.slice(0, 4).map(({ entry }) => entry.manifest.name),
      confidence: confidenceOf(step),
      ...(retry ? { retry } : {}),
    });
    const rival = others[0];
    if (
      rival &&
      own &&
      !own.settled &&
      rival.score > own.score * 0.97 &&
      makesSuch(own.entry, step, understood) <= makesSuch(rival.entry, step, understood) &&
      !steps.some((other) => other.entry === rival.entry)
    ) {
      questions.push({
        id: `which_${id}`,
        step: id,
        text: `Which function should do “${because ?? manifest.title}”?`,
        options: [manifest.name, ...others.slice(0, 2).map(({ entry }) => entry.manifest.name)],
        default: manifest.name,
      });
    }
  }
  for (const step of steps) {
    const verb = unknownVerb(step, understood);
    if (verb)
      notes.push(
        `No function here says that it can “${verb}”: see whether ${step.entry.manifest.title} does what you mean.`,
      );
  }
  addWaits(plan, understood, ids, newId, newTitle);
  const used = new Set(
    steps.flatMap((step) =>
      [...step.filled.values()].flatMap(({ source }) =>
        source.kind === 'value' && source.value.file !== null ? [source.value.file] : [],
      ),
    ),
  );
  request.files.forEach((file, i) => {
    if (!used.has(i) && !files?.values.some((value) => value.file === i))
      notes.push(`The attached file ${file.name} is not used: no step takes such a file.`);
  });

  const last = lastOf(steps, understood);
  return {
    title: workflowTitle(steps, request.prompt),
    steps: plan,
    inputs: inputs.list,
    result: last ? { kind: 'step', step: loops.has(last) ? ids.get(last)! : ids.get(last)!, field: null } : null,
    notes,
    questions,
  };
}

const takesList = (
  step: Step,
  source: Extract<Filled['source'], { kind: 'output' }>,
  _lexicon: ReadonlySet<string>,
): boolean => {
  const field = [...step.filled].find(([, filled]) => filled.source === source)?.[0];
  const schema = field ? step.entry.manifest.input.properties?.[field] : undefined;
  return schema?.type === 'array';
};

function valueFrom(
  filled: Filled,
  isItem: boolean,
  ids: ReadonlyMap<Step, string>,
  inputs: PlanInputs,
  schema: import('@/lib/functions/manifest').JsonSchema,
): ValueFrom {
  const { source } = filled;
  if (isItem) return { kind: 'item', field: source.kind === 'output' ? source.item : null };
  if (source.kind === 'output') {
    const from = source.field === null ? undefined : source.step.entry.manifest.output.properties?.[source.field];
    const part = { kind: 'step' as const, step: ids.get(source.step)!, field: source.field };
    if (source.also) {
      const output = source.step.entry.manifest.output.properties ?? {};
      const told = [part, ...source.also.map((field) => ({ ...part, field }))];
      return {
        kind: 'text',
        parts: told.flatMap((one, i) => [
          {
            kind: 'words' as const,
            text: `${i > 0 ? ', ' : ''}${titleOf(one.field ?? '', output[one.field ?? ''] ?? {})}: `,
          },
          one,
        ]),
      };
    }
    // A number or a list where a text is wanted is written out.
    const list = from?.type === 'array' || source.field?.includes('.');
    return schema.type === 'string' && (list || from?.type === 'number' || from?.type === 'integer')
      ? { kind: 'text', parts: [part] }
      : part;
  }
  if (source.kind === 'said') return { kind: 'literal', json: JSON.stringify(source.json) };
  if (source.value.given && takesFiles(schema)) {
    const [first, ...others] = [source.json].flat();
    const named = others.length === 0 ? splitName(source.value.text.replace(/\.\w+$/, '')).join('_') : '';
    return {
      kind: 'input',
      field: inputs.add({ name: named || filled.name, schema, title: [first, ...others].join(', ') }),
    };
  }
  if (source.value.file === null) return { kind: 'literal', json: JSON.stringify(source.json) };
  return {
    kind: 'input',
    field: inputs.add({
      name: filled.name,
      schema,
      values: source.json,
      file: source.value.file,
      title: titleOf(filled.name, schema),
    }),
  };
}

/** Steps after what they need; otherwise as the prompt has them. */
export function inOrder(steps: readonly Step[]): Step[] {
  const order: Step[] = [];
  const visit = (step: Step) => {
    if (order.includes(step)) return;
    for (const { source } of step.filled.values()) if (source.kind === 'output') visit(source.step);
    order.push(step);
  };
  for (const step of steps) visit(step);
  return order;
}

/**
 * Order that data does not tell. A function whose output nobody described does something to the world: such steps keep
 * the order of the words. Others wait only where the words say "then" and the step writes or sends, or where they did
 * so in earlier workflows.
 */
export function afterOf(
  step: Step,
  steps: readonly Step[],
  ids: ReadonlyMap<Step, string>,
  understood: Understood,
): string[] {
  const { index, precedents } = understood;
  const at = steps.indexOf(step);
  const before = steps[at - 1];
  const kept = steps
    .slice(0, at)
    .filter((from) => !reaches(from, step) && !reaches(step, from) && precedents?.follows(from.entry, step.entry));
  if (kept.length > 0) return kept.map((from) => ids.get(from)!);
  const spoken = steps
    .slice(0, at)
    .filter((from) => !reaches(from, step) && !reaches(step, from))
    .map((from) => ({ from, strength: speaksOf(step, from, from === before, understood) }))
    .filter(({ strength }) => strength > 0);
  if (spoken.length > 0) {
    const most = Math.max(...spoken.map(({ strength }) => strength));
    const best = spoken.filter(({ strength }) => strength === most).map(({ from }) => from);
    // By their names all are meant; by a hint the last one.
    return (most === 2 ? best.filter((from) => !best.some((later) => reaches(from, later))) : best.slice(-1)).map(
      (from) => ids.get(from)!,
    );
  }
  if (!before || reaches(before, step)) return [];
  const told = step.units.some((unit) => unit.then) && (step.missing || step.entry.manifest.effects !== 'none');
  return told || keepsOrder(index) ? [ids.get(before)!] : [];
}

const orders = new WeakMap<object, boolean>();
/** In a catalogue where many functions name no output, what flows cannot be seen, so the order of the words stands for it. */
export function keepsOrder(index: Understood['index']): boolean {
  let found = orders.get(index);
  if (found === undefined) {
    const silent = index.entries.filter(({ manifest }) => fieldsOf(manifest.output).length === 0).length;
    found = silent > index.entries.length * 0.2;
    orders.set(index, found);
  }
  return found;
}

/** The verb that asked for a step, where no function of the catalogue speaks of it or of one that is near to it. */
function unknownVerb(step: Step, { index }: Understood): string | null {
  if (step.missing) return null;
  for (const unit of step.units) {
    const word = unit.verb >= 0 && unit.kind === 'verb' ? deedOf(unit) : null;
    if (!word || PLAIN_VERBS.has(stem(word)) || WANTING.has(stem(word))) continue;
    if (![term(word), ...nearTerms(word)].some((t) => index.postings.has(t))) return word;
  }
  return null;
}

function confidenceOf(step: Step): number {
  const taken = step.candidates.find(({ entry }) => entry === step.entry);
  if (taken?.settled) return SETTLED;
  const own = taken?.score;
  const rival = step.candidates.find(({ entry }) => entry !== step.entry)?.score ?? 0;
  if (own === undefined || taken?.near) return 0.6;
  const margin = own > 0 ? Math.max(0, Math.min(1, (own - rival) / own)) : 0;
  return Math.round((0.55 + 0.4 * Math.min(1, margin * 2.5)) * 100) / 100;
}

/** Why a function was taken none of whose words were said. */
const NEAREST = 'No function speaks of these words; the embedding model finds it the nearest.';

/** A person chose it: nothing is asked about it again. */
const SETTLED = 0.95;

/** The step that the last words ask for, unless its result goes on into another one. */
function lastOf(steps: readonly Step[], { units }: Understood): Step | undefined {
  const sinks = steps.filter((step) => !steps.some((other) => other !== step && reaches(step, other)));
  const place = (step: Step) => Math.max(-1, ...step.units.map((unit) => unit.at));
  void units;
  return sinks.sort((a, b) => place(b) - place(a))[0];
}

function addWaits(
  plan: PlanStep[],
  { units }: Understood,
  ids: ReadonlyMap<Step, string>,
  newId: (wish: string) => string,
  newTitle: (wish: string) => string,
) {
  for (const unit of units) {
    const seconds = waitsOf([unit]);
    const until = seconds === null ? waitsUntil([unit]) : null;
    if (seconds === null && until === null) continue;
    const id = newId('wait');
    const before = [...ids].filter(([step]) => step.units.some((own) => own.at < unit.at)).at(-1);
    const behind = [...ids].filter(([step]) => step.units.some((own) => own.at > unit.at));
    plan.push({
      id,
      kind: 'wait',
      title: newTitle(capital(unit.text)),
      inside: null,
      after: before ? [before[1]] : [],
      because: unit.text,
      seconds,
      until,
    });
    for (const [, stepId] of behind.slice(0, 1)) plan.find((step) => step.id === stepId)?.after.push(id);
  }
}

function workflowTitle(steps: readonly Step[], prompt: string): string {
  const asked = steps.filter((step) => step.units.length > 0);
  if (asked.length === 0) return capital(prompt.trim().slice(0, 60));
  const names = (asked.length > 3 ? [asked[0]!, asked[1]!, asked.at(-1)!] : asked).map((step, i) =>
    i === 0 ? step.entry.manifest.title : lower(step.entry.manifest.title),
  );
  return (names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`).slice(0, 80);
}
const lower = (text: string) => (/^\p{Lu}\p{Ll}/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const singular = (field: string) => {
  const words = wordsOf(field.replace(/_/g, ' '));
  const last = words.at(-1) ?? 'item';
  return isGenericName(field) && term(last) !== 'row'
    ? 'item'
    : [...words.slice(0, -1), last.replace(/ies$/, 'y').replace(/([^s])s$/, '$1')].join(' ');
};
