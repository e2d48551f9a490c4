/** Finding what a step could do: functions and kinds of step by the words in them. Pure. */
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { NodeKind } from '@/lib/graph';
import { KIND_ABOUT, KIND_NAMES } from '../canvas/summary';
import { FLOW_KINDS, type StepChoice } from '../state/insert';
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
export const keywordsOf = (item: PaletteItem): string[] => item.manifest?.keywords ?? item.pattern?.keywords ?? [];

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

/** Items that hold every word of the query, those with it in the title first. */
export function searchItems(items: PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items
    .flatMap((item) => {
      const title = `${item.title} ${item.manifest?.name ?? ''}`.toLowerCase();
      const all = `${title} ${item.about} ${item.group} ${keywordsOf(item).join(' ')}`.toLowerCase();
      if (!words.every((word) => all.includes(word))) return [];
      const score = words.reduce((sum, word) => sum + (title.startsWith(word) ? 3 : title.includes(word) ? 2 : 0), 0);
      return [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** By group, each in the order in which its items are met. By code: a first comparison by language takes 11 ms to prepare. */
export function groupItems(items: PaletteItem[]): { group: string; items: PaletteItem[] }[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([group, list]) => ({ group, items: list })).sort((a, b) => (a.group < b.group ? -1 : 1));
}
