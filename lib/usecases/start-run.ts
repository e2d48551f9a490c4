/**
 * Runs a workflow: compile, deploy what it uses, put the machine, start a published version, follow it.
 * The graph that is stored at this moment is what runs, and it is kept with the run.
 */
import { z } from 'zod';
import { validateDefinition } from '@/lib/asl/validate';
import type { Json, JsonObject } from '@/lib/base/json';
import { Problem } from '@/lib/base/problem';
import { compile, definitionText, fillPlaceholders, placeholdersIn } from '@/lib/compile';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { functionOf, running } from '@/lib/graph';
import { MISSING_FUNCTION, type WorkflowDocument } from '@/lib/graph/schema';
import { type StoredRun, unknownWorkflow } from '@/lib/store/types';
import { checkInput } from './check-input';
import type { Deps } from './deps';
import { followRun } from './follow-run';
import type { JobUpdate } from './jobs';
import { checkSecrets } from './secrets';

/** What a caller may make up so that a request sent twice starts one run. */
export const RunKey = z.string().regex(/^[\w-]{8,64}$/, 'A key has 8 to 64 letters, digits, - and _.');
export const StartRun = z.object({
  workflowId: z.string().min(1),
  input: z.json().default({}),
  key: RunKey.optional(),
});
export type StartRun = z.infer<typeof StartRun>;

type Progress = { signal?: AbortSignal; update?(change: JobUpdate): void };

/**
 * @returns once the execution has begun; its end comes over the stream
 * @throws Problem WORKFLOW_UNKNOWN, INPUT_INVALID, WORKFLOW_INVALID, FUNCTION_MISSING … : nothing was started
 */
export async function startRun(
  deps: Deps,
  request: StartRun,
  progress: Progress = {},
  trigger: StoredRun['trigger'] = 'page',
): Promise<StoredRun> {
  const workflow = await deps.store.workflows.get(request.workflowId);
  if (!workflow) throw unknownWorkflow(request.workflowId);
  checkInput(workflow.document.input, request.input);
  const { definition, functions } = await prepare(deps, workflow.document);

  const machine = await deployed(
    deps,
    { name: machineName(workflow.id), definition, tag: workflow.id },
    functions,
    progress,
  );
  progress.update?.({ phase: 'starting', detail: null });
  const id = request.key ?? deps.newId();
  const { executionArn, startedAt } = await deps.cloud.start({
    versionArn: machine.versionArn,
    name: id,
    input: JSON.stringify(request.input),
  });
  const run: StoredRun = {
    id,
    executionArn,
    workflowId: workflow.id,
    workflowName: workflow.name,
    revision: workflow.revision,
    document: workflow.document,
    input: request.input as Json,
    status: 'RUNNING',
    output: null,
    error: null,
    cause: null,
    startedAt,
    stoppedAt: null,
    trigger,
  };
  await deps.store.runs.add(run);
  void followRun(deps, run);
  return run;
}

/**
 * Compiles and checks; tells which functions have to be there.
 * @throws Problem naming the first thing that would break the run
 */
export async function prepare(
  deps: Pick<Deps, 'manifests'> & { cloud?: Pick<Deps['cloud'], 'target'> },
  document: WorkflowDocument,
): Promise<{ definition: string; functions: FunctionManifest[] }> {
  const { definition, diagnostics } = compile(document.graph);
  const broken = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (broken) throw new Problem(broken.code, broken.message, broken.hint, broken.at);
  const manifests = await deps.manifests();
  const filled = filledIn(definition, document, manifests, deps.cloud?.target === 'aws');
  const text = definitionText(filled.definition);
  const refused = validateDefinition(text).find((diagnostic) => diagnostic.severity === 'ERROR');
  if (refused) {
    throw new Problem(
      'WORKFLOW_INVALID',
      `${refused.message}${refused.location ? ` (at ${refused.location})` : ''}`,
      refused.hint,
    );
  }
  return { definition: text, functions: functionsOf(document, manifests, filled.functions) };
}

/** With the values that a person gave for what is filled in at deployment. @throws Problem PLACEHOLDER_UNSET */
function filledIn(
  definition: JsonObject,
  { trial }: WorkflowDocument,
  manifests: FunctionManifest[],
  onAws: boolean,
): { definition: JsonObject; functions: FunctionManifest[] } {
  const names = placeholdersIn(definition);
  if (names.length === 0) return { definition, functions: [] };
  const functions: FunctionManifest[] = [];
  const values = Object.entries(trial?.values ?? {}).map(([name, value]): [string, string] => {
    const manifest = manifests.find((candidate) => candidate.name === value);
    if (!manifest || !names.includes(name)) return [name, value];
    functions.push(manifest);
    return [name, onAws ? value : `arn:aws:lambda:us-east-1:000000000000:function:${value}`];
  });
  const made = fillPlaceholders(definition, Object.fromEntries(values));
  const [open] = placeholdersIn(made).filter((name) => !values.some(([known]) => known === name));
  if (open !== undefined)
    throw new Problem(
      'PLACEHOLDER_UNSET',
      `The definition leaves \${${open}} open until it is deployed, and this run has no value for it.`,
      'Give it one in the dialog that Run opens: a function’s name, or an ARN.',
    );
  return { definition: made, functions };
}

function functionsOf(
  document: WorkflowDocument,
  manifests: FunctionManifest[],
  more: FunctionManifest[],
): FunctionManifest[] {
  const used = new Map(more.map((manifest) => [manifest.name, manifest]));
  for (const node of running(document.graph).nodes) {
    if (node.kind !== 'task') continue;
    if (node.resource === MISSING_FUNCTION) {
      throw new Problem(
        'FUNCTION_MISSING',
        `No function exists for the step "${node.name}".`,
        'Choose a function for it in the inspector, make a stub there, or remove the step.',
        { node: node.id },
      );
    }
    const name = functionOf(node);
    const manifest = manifests.find((candidate) => candidate.name === name);
    if (!manifest) continue;
    checkSecrets([{ manifest, step: node.name, node: node.id }]);
    used.set(manifest.name, manifest);
  }
  return [...used.values()];
}

/** Functions first, all at once; then the machine that calls them. */
export async function deployed(
  deps: Pick<Deps, 'cloud'>,
  machine: { name: string; definition: string; tag: string },
  functions: FunctionManifest[],
  { signal, update }: Progress = {},
): Promise<{ versionArn: string }> {
  await deps.cloud.ready();
  let left = functions.length;
  const tell = () =>
    update?.({
      phase: 'deploying',
      detail: left > 0 ? `${functions.length - left} of ${functions.length} functions ready` : null,
    });
  tell();
  await Promise.all(
    functions.map(async (manifest) => {
      await deps.cloud.deployFunction(manifest);
      left--;
      tell();
    }),
  );
  signal?.throwIfAborted();
  const made = await deps.cloud.putMachine(machine);
  signal?.throwIfAborted();
  return made;
}

/** The workflow's id alone: a renamed workflow keeps its machine. */
export const machineName = (id: string): string => `action-engine-${id}`;
/** Parts and mocked runs have a machine of their own: the workflow's stays as it was run. */
export const trialMachineName = (id: string): string => `${machineName(id)}-try`;
