/** Begins a draft: a prompt becomes a stored workflow, ready to be opened; with `run`, it is started as well. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { emerging } from '@/lib/draft/edit/overlay';
import type { DraftPhase, DraftPlan } from '@/lib/draft/plan';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { mergeDiagnostics } from '@/lib/graph';
import type { Deps } from './deps';
import { savedExamples } from './draft-examples';
import { provenBy, viewOfProof } from './drafts-proof';
import type { JobUpdate } from './jobs';
import { startRun } from './start-run';
import type { JobView } from './types';

/** Longer prompts are refused, not cut: what was cut would be missing from the draft without a word. */
const MAX_PROMPT = 20_000;
export const MAX_FILES = 5;

export const AttachedFileInput = z.object({
  name: z.string().min(1).max(255),
  mediaType: z.string().max(200),
  bytes: z.number().int().min(0),
  uri: z.string().startsWith('s3://').max(2000),
});

export const StartDraft = z.object({
  prompt: z.string(),
  files: z.array(AttachedFileInput).max(MAX_FILES, `At most ${MAX_FILES} files go with a prompt.`).default([]),
  planner: z.enum(['auto', 'offline', 'model']).default('auto'),
  run: z.boolean().default(false),
});
export type StartDraft = z.infer<typeof StartDraft>;

/** @throws Problem PROMPT_EMPTY, PROMPT_TOO_LONG */
export async function startDraft(deps: Deps, request: StartDraft): Promise<JobView> {
  const prompt = request.prompt.replaceAll('\0', '').trim(); // SQLite ends a text at NUL
  if (prompt === '')
    throw new Problem(
      'PROMPT_EMPTY',
      'The prompt is empty.',
      'Say in a sentence what should happen, for example: shrink the photo I upload and give me a link.',
    );
  if (prompt.length > MAX_PROMPT) {
    throw new Problem(
      'PROMPT_TOO_LONG',
      `The prompt has ${prompt.length.toLocaleString('en')} characters.`,
      `Say it in at most ${MAX_PROMPT.toLocaleString('en')}; attach long texts as files.`,
    );
  }
  const queryId = deps.newId();
  await deps.store.queries.add({ id: queryId, prompt, files: request.files, at: deps.now(), workflowId: null });

  return deps.jobs.begin('draft', async ({ signal, update }) => {
    const manifests = await deps.manifests();
    const drafted = await deps.draft(
      {
        prompt,
        files: request.files,
        manifests,
        now: new Date(deps.now()),
        planner: request.planner,
        examples: await savedExamples(deps),
      },
      {
        signal,
        prove: provenBy(manifests, signal),
        onProgress: (phase, plan) => update(progressOf(phase, plan, manifests)),
      },
    );
    signal.throwIfAborted();
    const proof = await viewOfProof(drafted.document, manifests, signal);
    const workflow = await deps.store.workflows.create({
      id: deps.newId(),
      name: drafted.plan.title,
      document: drafted.document,
      prompt,
      plan: { ...drafted.plan, explanation: drafted.explanation },
      planner: {
        by: drafted.by,
        model: drafted.by === 'model' ? (deps.model?.model ?? null) : null,
        fallback: drafted.fallback,
      },
      at: deps.now(),
    });
    await deps.store.queries.link(queryId, workflow.id);
    const diagnostics = mergeDiagnostics(drafted.diagnostics, proof.diagnostics);
    update({ plan: drafted.plan, diagnostics, proof, workflowId: workflow.id });

    const blocked =
      diagnostics.some((problem) => problem.severity === 'error') || missingInputs(drafted.document.input).length > 0;
    if (request.run && !blocked) {
      const run = await startRun(
        deps,
        { workflowId: workflow.id, input: defaultsOf(drafted.document.input) },
        { signal, update },
        'prompt',
      );
      update({ runId: run.id });
    }
  });
}

/** Steps up to which the picture of a draft that is being written is sent with each of them. */
const SENT_AGAIN = 200;

/** What is told of a draft on its way. What cannot be drawn yet leaves the picture as it is. */
function progressOf(phase: DraftPhase, plan: DraftPlan | null, manifests: FunctionManifest[]): JobUpdate {
  if (plan === null) return { phase, plan, ghosts: null };
  const shown = plan.steps.length <= SENT_AGAIN ? emerging(plan, manifests) : null;
  if (!shown) return { phase, plan };
  const { document: preview, marks, edgeMarks } = shown;
  return { phase, plan, ghosts: { preview, marks, edgeMarks } };
}

type InputSchema = { properties?: Record<string, { default?: unknown }>; required?: string[] };

/** The input that the prompt already gave, by field. */
export const defaultsOf = (schema: InputSchema) =>
  Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
      field.default === undefined ? [] : [[name, field.default]],
    ),
  ) as Record<string, never>;

/** Required fields for which there is no default: a person has to be asked. */
export const missingInputs = (schema: InputSchema): string[] =>
  (schema.required ?? []).filter((name) => schema.properties?.[name]?.default === undefined);
