/** What the use cases are given. Built in lib/wiring.ts, nowhere else. */
import type { AccessAnswer, AwsPolicies, AwsSetup, Cloud } from '@/lib/aws/types';
import type { Json, JsonObject } from '@/lib/base/json';
import type { draft } from '@/lib/draft/draft';
import type { proposeEdit } from '@/lib/draft/edit/edit';
import type { WriteAnswer, WritePorts, WriteRequest } from '@/lib/draft/model/write-function';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { ModelChoices, Store } from '@/lib/store/types';
import type { Jobs } from './jobs';
import type { Stream } from './stream';
import type { SettingsView } from './types';

export type Deps = {
  store: Store;
  cloud: Cloud;
  jobs: Jobs;
  stream: Stream;
  manifests(): Promise<FunctionManifest[]>;
  /** secrets of functions; their values never come back */
  secrets: { names(): string[]; set(name: string, value: string | null): void };
  /** the owner's own functions, beside those that come with this */
  userFunctions: {
    has(name: string): boolean;
    /** by name */
    names(): string[];
    /** replaces what is there under this name */
    write(name: string, files: { file: string; content: string | Uint8Array }[]): Promise<void>;
    /** one file of a function that is there */
    put(name: string, file: string, text: string): Promise<void>;
    remove(name: string): Promise<void>;
    /** states before the present one, the last replaced first; `at`: when it was replaced, ms since 1970 */
    versions(name: string): Promise<{ at: number; files: { file: string; content: string | Uint8Array }[] }[]>;
    /** packages that were built of functions; they are built again when one is needed */
    forgetPackages(): Promise<void>;
    /** the files of a zip, looked through with care; @throws Problem FUNCTION_PACKAGE_INVALID */
    unpack(zip: Uint8Array): Promise<{ file: string; content: Uint8Array }[]>;
  };
  /** functions under review: they can be packed and called, and are in no catalogue */
  trials: {
    /** packs it and forgets it; @throws Problem FUNCTION_BUILD_FAILED */
    check(manifest: FunctionManifest, files: { file: string; content: string }[]): Promise<void>;
    write(name: string, files: { file: string; content: string }[]): Promise<void>;
    remove(name: string): Promise<void>;
    /** what a process that was killed in a try left behind; told once */
    leftovers(): string[];
  };
  /** the files of a function's folder, for reading */
  sourceOf(name: string): Promise<{ file: string; text: string }[]>;
  /** drafts with the planner that the configuration chose */
  draft: typeof draft;
  /** proposes a change of a workflow, with the same planner */
  propose: typeof proposeEdit;
  /** a function for a step that none does, written by the same model */
  write(request: WriteRequest, ports: WritePorts): Promise<WriteAnswer>;
  /** the model in use, without its key; null: only the offline planner. Asked anew each time: Settings may change it */
  readonly model: { provider: 'openai' | 'huggingface' | 'compatible'; model: string; baseUrl: string | null } | null;
  /** what the owner chose in Settings; it comes before the environment */
  modelChoice: ModelChoices;
  /** one short call, to see that the model answers */
  testModel(): Promise<{ ok: boolean; detail: string }>;
  /** a JSONata expression, where it can be stopped; @throws EvaluationFailed */
  evaluate(expression: string, bindings: JsonObject): Json | undefined | Promise<Json | undefined>;
  settings(): Promise<SettingsView>;
  /** what running on AWS takes: what the environment says of it, the least policies, and what AWS allows now */
  aws: {
    setup(): AwsSetup;
    policies(setup: AwsSetup): AwsPolicies;
    /** asks AWS itself, also while the local cloud runs the workflows */
    check(setup: AwsSetup): Promise<AccessAnswer[]>;
  };
  now(): number;
  newId(): string;
};
