/** Creating, saving, importing and deleting workflows. */
import { z } from 'zod';
import { Problem } from '@/lib/base/problem';
import { decompile, parseText } from '@/lib/compile';
import { layout } from '@/lib/graph';
import { emptyDocument, WorkflowDocument } from '@/lib/graph/schema';
import type { Deps } from './deps';
import { machineName, trialMachineName } from './start-run';

const Name = z
  .string()
  .transform((name) => name.replaceAll('\0', '').trim())
  .pipe(z.string().min(1, 'A workflow needs a name.').max(200, 'A name has at most 200 characters.'));

export const CreateWorkflow = z.object({ name: Name, document: WorkflowDocument });
export async function createWorkflow(deps: Deps, request: z.infer<typeof CreateWorkflow>): Promise<{ id: string }> {
  const workflow = await deps.store.workflows.create({
    id: deps.newId(),
    ...request,
    prompt: null,
    plan: null,
    planner: null,
    at: deps.now(),
  });
  return { id: workflow.id };
}

export const SaveWorkflow = z.object({
  id: z.string().min(1),
  name: Name,
  document: WorkflowDocument,
  revision: z.number().int(),
});
/** @throws Problem REVISION_CONFLICT, WORKFLOW_UNKNOWN */
export async function saveWorkflow(
  deps: Deps,
  request: z.infer<typeof SaveWorkflow>,
): Promise<{ revision: number; updatedAt: number }> {
  const { revision, updatedAt } = await deps.store.workflows.save({ ...request, at: deps.now() });
  return { revision, updatedAt };
}

export const ImportDefinition = z.object({
  name: Name,
  text: z.string().max(1_048_576, 'A definition has at most 1 MB.'),
});
/** @throws Problem DEFINITION_NOT_JSON, or the first thing that keeps it from being a graph */
export async function importDefinition(deps: Deps, request: z.infer<typeof ImportDefinition>): Promise<{ id: string }> {
  const format = request.text.trimStart().startsWith('{') ? 'json' : 'yaml';
  const { root, faults } = parseText(request.text, format);
  const [fault] = faults;
  if (!root || fault) {
    throw new Problem(
      'DEFINITION_NOT_JSON',
      `The definition is not valid ${format === 'json' ? 'JSON' : 'YAML'}, line ${fault?.line ?? 1}, column ${fault?.column ?? 1}: ${fault?.message ?? 'The text is empty.'}`,
      fault
        ? 'Mend that place, or open it in the editor as it is: its code marks what is wrong.'
        : 'Paste the whole definition, as JSON from its first { to its last }, or as YAML.',
    );
  }
  const definition = root.value;
  const { graph, diagnostics } = decompile(definition);
  if (!graph) {
    const first = diagnostics[0];
    throw new Problem(
      first?.code ?? 'DEFINITION_INVALID',
      first?.message ?? 'This is no state machine definition.',
      first?.hint ?? 'It needs StartAt and States.',
    );
  }
  // What is merely wrong can be mended on the canvas; what cannot be drawn would be missing there without a word.
  const lost = diagnostics.find(({ code }) => code === 'STATE_TYPE_UNKNOWN');
  if (lost)
    throw new Problem(
      lost.code,
      lost.message,
      'Correct its "Type": Task, Pass, Choice, Wait, Parallel, Map, Succeed or Fail.',
      lost.at,
    );
  // Its form and its comments are the person's: an export gives them back. What a program wrote in one line has none.
  const text = request.text.trim().includes('\n') ? { text: { [format]: request.text } } : {};
  const document: WorkflowDocument = { ...emptyDocument(), graph, ...text };
  return createWorkflow(deps, { name: request.name, document: { ...document, layout: layout(document) } });
}

/** The runs stay; the machine goes. */
export async function deleteWorkflow(deps: Deps, id: string): Promise<void> {
  await deps.store.workflows.delete(id);
  // The cloud may be away: an unused machine does no harm.
  for (const name of [machineName(id), trialMachineName(id)])
    await deps.cloud.deleteMachine(name).catch(() => undefined);
}
