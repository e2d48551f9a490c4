/** Finding what a step could do: functions and kinds of step by the words in them. Pure. */
import type { FunctionManifest } from '@/lib/functions/manifest';
import { KIND_ABOUT, KIND_NAMES } from '../canvas/summary';
import { FLOW_KINDS, type FlowKind, type StepChoice } from '../state/insert';

export type PaletteItem = {
  id: string;
  title: string;
  about: string;
  choice: StepChoice;
  group: string;
  manifest: FunctionManifest | null;
  kind: FlowKind | null;
};

export const flowItems: PaletteItem[] = FLOW_KINDS.map((kind) => ({
  id: `flow:${kind}`,
  title: KIND_NAMES[kind],
  about: KIND_ABOUT[kind],
  choice: { kind },
  group: 'Flow',
  manifest: null,
  kind,
}));

export const functionItems = (functions: Iterable<FunctionManifest>): PaletteItem[] =>
  [...functions].map((manifest) => ({
    id: `function:${manifest.name}`,
    title: manifest.title,
    about: manifest.description,
    choice: { function: manifest.name },
    group: manifest.category,
    manifest,
    kind: null,
  }));

/** Items that hold every word of the query, those with it in the title first. */
export function searchItems(items: PaletteItem[], query: string): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items
    .flatMap((item) => {
      const title = `${item.title} ${item.manifest?.name ?? ''}`.toLowerCase();
      const all = `${title} ${item.about} ${item.group} ${item.manifest?.keywords.join(' ') ?? ''}`.toLowerCase();
      if (!words.every((word) => all.includes(word))) return [];
      const score = words.reduce((sum, word) => sum + (title.startsWith(word) ? 3 : title.includes(word) ? 2 : 0), 0);
      return [{ item, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** By group, each in alphabetical order of its title as first met. */
export function groupItems(items: PaletteItem[]): { group: string; items: PaletteItem[] }[] {
  const groups = new Map<string, PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return [...groups].map(([group, list]) => ({ group, items: list })).sort((a, b) => a.group.localeCompare(b.group));
}
