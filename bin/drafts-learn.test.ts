/**
 * What a person changed in a draft, the next draft of such a wish knows: through the real use cases, store and functions.
 */
import { beforeEach, expect, test } from 'vitest';
import { functionOf } from '@/lib/graph';
import { savedExamples } from '@/lib/usecases/draft-examples';
import { swapFunction } from '@/lib/usecases/edits';
import { startDraft } from '@/lib/usecases/start-draft';
import { deleteWorkflow, saveWorkflow } from '@/lib/usecases/workflows';
import { wired } from './wired';

const deps = wired();

/** Drafts, and gives the stored workflow. */
async function drafted(prompt: string) {
  const { id } = await startDraft(deps(), { prompt, files: [], planner: 'offline', run: false });
  await expect.poll(() => deps().jobs.get(id).status, { timeout: 30_000, interval: 20 }).toBe('done');
  return (await deps().store.workflows.get(deps().jobs.get(id).workflowId ?? ''))!;
}
type Drafted = Awaited<ReturnType<typeof drafted>>;
const calls = ({ document }: Drafted) => document.graph.nodes.flatMap((node) => functionOf(node) ?? []);
const stepFor = ({ plan }: Drafted, name: string) => plan?.explanation?.steps.find(({ taken }) => taken === name);

/** As the step's card and the editor do it: another function takes the step, and it is saved under a name of its own. */
async function replaced(workflow: Drafted, node: string, functionName: string, name: string) {
  const { document } = await swapFunction(deps(), { document: workflow.document, node, functionName, words: '' });
  await saveWorkflow(deps(), { id: workflow.id, name, document, revision: workflow.revision });
}

const WISH = 'Send the team a message that the build of "apollo-7" is done';
const LIKE_IT = 'Send the team a message that the release is out';

beforeEach(async () => {
  for (const { id } of await deps().store.workflows.list()) await deleteWorkflow(deps(), id);
});

test('the function that a person chose is proposed for the next such wish, and the draft says why', async () => {
  const first = await drafted(WISH);
  expect(calls(first)).toEqual(['sendslackmessage']);
  await replaced(first, stepFor(first, 'sendslackmessage')!.node, 'sendemail', 'Build is done');

  const second = await drafted(LIKE_IT);
  expect(calls(second)).toEqual(['sendemail']);
  const step = stepFor(second, 'sendemail')!;
  expect(step.why).toContain('You chose it for such words, as in your workflow ‘Build is done’.');
  expect(step.others.map(({ name }) => name)).toContain('sendslackmessage');
  expect(second.plan?.explanation?.questions).toEqual([]);
  // Of the first workflow nothing but the choice is there: what it said was its own.
  expect(JSON.stringify(second)).not.toContain('apollo-7');

  // What was kept once stays, though the newer workflow was changed by nobody …
  expect(calls(await drafted('Send the team a message that lunch is ready'))).toEqual(['sendemail']);
  // … in the midst of other wishes, too …
  expect(calls(await drafted('Count the words of "a b c" and send the team a message that it is counted'))).toEqual([
    'wordcount',
    'sendemail',
  ]);
  // … and a wish that only shares a word with it goes its own way.
  const other = await drafted('Make a QR code for "https://example.com" and give me a link to it');
  expect(calls(other)).toEqual(['makeqrcode', 'generatepublicurl']);
  expect(JSON.stringify(other.plan)).not.toContain('Build is done');
});

test('the newest choice counts, and a workflow that is gone counts for nothing', async () => {
  const first = await drafted(WISH);
  await replaced(first, stepFor(first, 'sendslackmessage')!.node, 'sendemail', 'By e-mail');
  const second = await drafted(LIKE_IT);
  await replaced(second, stepFor(second, 'sendemail')!.node, 'callwebhook', 'By webhook');

  const third = await drafted(LIKE_IT);
  expect(calls(third)).toEqual(['callwebhook']);
  expect(stepFor(third, 'callwebhook')!.why).toContain('‘By webhook’');

  await deleteWorkflow(deps(), third.id);
  await deleteWorkflow(deps(), second.id);
  expect(calls(await drafted(LIKE_IT))).toEqual(['sendemail']);
  for (const { id } of await deps().store.workflows.list()) await deleteWorkflow(deps(), id);
  const alone = await drafted(LIKE_IT);
  expect(calls(alone)).toEqual(['sendslackmessage']);
  expect(JSON.stringify(alone.plan)).not.toContain('your workflow');
});

test('the list of examples is the same one while nothing is saved, and tells what flows into what', async () => {
  await drafted('Make a QR code for "https://example.com/menu" and give me a link to it');
  const examples = await savedExamples(deps());
  expect(await savedExamples(deps())).toBe(examples);
  expect(examples).toMatchObject([
    {
      steps: [{ functionName: 'makeqrcode' }, { functionName: 'generatepublicurl' }],
      flows: expect.arrayContaining([
        { from: 'makeqrcode', to: 'generatepublicurl', output: expect.any(String), input: expect.any(String) },
      ]),
    },
  ]);
  const [, link] = examples[0]!.steps;
  expect(link).toEqual({ functionName: 'generatepublicurl', words: expect.stringContaining('link') });
  await drafted(LIKE_IT);
  expect(await savedExamples(deps())).toHaveLength(2);
});
