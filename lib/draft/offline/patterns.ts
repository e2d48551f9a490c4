/** Small patterns of flow: waiting, and the same for every attached file. */
import type { Unit } from './clauses';
import { fitOfValue } from './fit';
import { type Field, fieldsOf, type Step } from './steps';
import type { Value } from './values';

const SECONDS: Record<string, number> = {
  second: 1,
  seconds: 1,
  sec: 1,
  s: 1,
  minute: 60,
  minutes: 60,
  min: 60,
  mins: 60,
  hour: 3600,
  hours: 3600,
  h: 3600,
  day: 86_400,
  days: 86_400,
  week: 604_800,
  weeks: 604_800,
};

/** "wait ten minutes", "pause for 30 s": seconds; `null` for anything else. */
export function waitsOf(units: readonly Unit[]): number | null {
  for (const unit of units) {
    if (unit.verb < 0 || !/^(wait|pause|sleep|delay)$/.test(unit.tokens[unit.verb]!.lower)) continue;
    const time = unit.tokens.find(
      (token) => token.kind === 'number' && token.unit !== null && SECONDS[token.unit] !== undefined,
    );
    if (time && typeof time.value === 'number') return time.value * SECONDS[time.unit!]!;
    if (unit.tokens.some((token) => token.lower === 'hour' || token.lower === 'minute' || token.lower === 'day'))
      return SECONDS[unit.tokens.find((token) => SECONDS[token.lower])!.lower]!;
  }
  return null;
}

/** Several files of one kind are attached, and one step takes one such file: it is done for each. */
export function loopOverFiles(
  steps: readonly Step[],
  values: readonly Value[],
): { step: Step; field: Field; values: Value[] } | null {
  const attached = values.filter((value) => value.file !== null);
  if (attached.length < 2) return null;
  const used = new Set(
    steps.flatMap((step) =>
      [...step.filled.values()].flatMap(({ source }) =>
        source.kind === 'value' && source.value.file !== null ? [source.value.id] : [],
      ),
    ),
  );
  for (const step of steps) {
    for (const field of fieldsOf(step.entry.manifest.input)) {
      const filled = step.filled.get(field.name);
      if (filled?.source.kind !== 'value' || filled.source.value.file === null || field.schema.type === 'array')
        continue;
      const own = filled.source.value;
      const more = attached.filter(
        (value) =>
          value !== own && !used.has(value.id) && value.mediaType?.split('/')[0] === own.mediaType?.split('/')[0],
      );
      if (more.length > 0 && more.every((value) => fitOfValue(value, field, NO_INDEX, 1) > 0.5))
        return { step, field, values: [own, ...more] };
    }
  }
  return null;
}
const NO_INDEX = { entries: [], byName: new Map(), postings: new Map(), lexicon: new Set<string>(), idf: () => 0 };
