/** Finding what a step could do: functions and kinds of step by the words in them. Pure. */
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { NodeKind } from '@/lib/graph';
import { KIND_ABOUT, KIND_NAMES } from '../canvas/summary';
import { FLOW_KINDS, type FlowKind, type StepChoice } from '../state/insert';
import { PATTERNS, type Pattern } from './patterns';

export type PaletteItem = {
  id: string;
  title: string;
  about: string;
  choice: StepChoice;
  group: string;
  manifest: FunctionManifest | null;
  pattern: Pattern | null;
  /** how its tile is drawn */
  kind: NodeKind;
};

/** What people call these steps who do not know the language's names for them. */
const FLOW_KEYWORDS: Record<FlowKind, string[]> = {
  choice: ['if', 'else', 'otherwise', 'when', 'only', 'condition', 'decision', 'branch', 'switch', 'rule', 'compare'],
  parallel: ['at the same time', 'together', 'simultaneously', 'fork', 'branches', 'both'],
  map: ['loop', 'for each', 'foreach', 'every', 'repeat', 'iterate', 'list', 'items', 'all'],
  wait: ['delay', 'pause', 'sleep', 'timer', 'later', 'until', 'schedule'],
  pass: ['set', 'assign', 'variable', 'transform', 'value', 'note', 'placeholder', 'do nothing'],
  succeed: ['end', 'stop', 'finish', 'done', 'success'],
  fail: ['end', 'stop', 'abort', 'error', 'throw', 'reject'],
};

export const flowItems: PaletteItem[] = FLOW_KINDS.map((kind) => ({
  id: `flow:${kind}`,
  title: KIND_NAMES[kind],
  about: KIND_ABOUT[kind],
  choice: { kind },
  group: 'Flow',
  manifest: null,
  pattern: null,
  kind,
}));

/** Patterns whose functions are there. */
export const patternItems = (functions: ReadonlyMap<string, FunctionManifest>): PaletteItem[] =>
  PATTERNS.filter((pattern) => pattern.functions.every((name) => functions.has(name))).map((pattern) => ({
    id: `pattern:${pattern.id}`,
    title: pattern.title,
    about: pattern.about,
    choice: { pattern: pattern.id },
    group: 'Patterns',
    manifest: null,
    pattern,
    kind: pattern.kind,
  }));

/** Words under which an item is found, besides its title and what it does. */
export const keywordsOf = (item: PaletteItem): string[] =>
  item.manifest?.keywords ?? item.pattern?.keywords ?? ('kind' in item.choice ? FLOW_KEYWORDS[item.choice.kind] : []);

export const functionItems = (functions: Iterable<FunctionManifest>): PaletteItem[] =>
  [...functions].map((manifest) => ({
    id: `function:${manifest.name}`,
    title: manifest.title,
    about: manifest.description,
    choice: { function: manifest.name },
    group: manifest.category,
    manifest,
    pattern: null,
    kind: 'task',
  }));

/** Shorter than this, a word is looked for where words begin: "if" is not "notify". */
const SHORT = 4;

/** Items that hold every word of the query: first those whose title has it, then those that are also called so. */
export function searchItems(items: PaletteItem[], query: string): PaletteItem[] {
  const asked = query.toLowerCase().trim().replace(/\s+/g, ' ');
  const words = asked.split(' ').filter(Boolean);
  if (words.length === 0) return items;
  return items
    .flatMap((item) => {
      const title = `${item.title} ${item.manifest?.name ?? ''}`.toLowerCase();
      const called = keywordsOf(item).map((word) => word.toLowerCase());
      const all = `${title} ${item.about} ${item.group} ${called.join(' ')}`.toLowerCase();
      if (!words.every((word) => holds(all, word))) return [];
      const score = words.reduce(
        (sum, word) => sum + (title.startsWith(word) ? 3 : holds(title, word) ? 2 : 0),
        title.startsWith(asked) || called.includes(asked) ? 3 : 0,
      );
      return [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

function holds(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (word.length >= SHORT || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return true;
  return false;
}

/** By group, each in the order in which its items are met. By code: a first comparison by language takes 11 ms to prepare. */
export function groupItems(items: PaletteItem[]): { group: string; items: PaletteItem[] }[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([group, list]) => ({ group, items: list })).sort((a, b) => (a.group < b.group ? -1 : 1));
}
