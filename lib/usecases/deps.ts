/** What the use cases are given. Built in lib/wiring.ts, nowhere else. */
import type { Cloud } from '@/lib/aws/types';
import type { draft } from '@/lib/draft/draft';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { Store } from '@/lib/store/types';
import type { Jobs } from './jobs';
import type { Stream } from './stream';
import type { SettingsView } from './types';

export type Deps = {
  store: Store;
  cloud: Cloud;
  jobs: Jobs;
  stream: Stream;
  manifests(): Promise<FunctionManifest[]>;
  /** the files of a function's folder, for reading */
  sourceOf(name: string): Promise<{ file: string; text: string }[]>;
  /** drafts with the planner that the configuration chose */
  draft: typeof draft;
  /** the configured model, without its key; null: only the offline planner */
  model: { provider: 'openai' | 'huggingface' | 'compatible'; model: string; baseUrl: string | null } | null;
  /** one short call, to see that the model answers */
  testModel(): Promise<{ ok: boolean; detail: string }>;
  settings(): Promise<SettingsView>;
  now(): number;
  newId(): string;
};
