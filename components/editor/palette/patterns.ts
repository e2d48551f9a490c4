/**
 * Well-known ways to put steps together, as the palette offers them. Pure.
 *
 *   pattern, document, spot ──insertPattern()──▶ document with the pattern's steps, connected to what stood there
 *
 * Each is written as the definition that it is, runs as it stands, and says in its comments what to put in its place.
 * @module
 */
import { decompile } from '@/lib/compile';
import {
  addNode,
  connect,
  type Fragment,
  isEnd,
  mayGoOn,
  type NodeKind,
  newNode,
  nodeOf,
  pasteFragment,
  removeNodes,
  type Spot,
  scopeLanguage,
  type Workflow,
  type WorkflowDocument,
} from '@/lib/graph';

export type Pattern = {
  id: string;
  title: string;
  about: string;
  /** the kind of step that it is about: its tile is drawn like it */
  kind: NodeKind;
  /** words under which it is found */
  keywords: string[];
  /** functions that it calls: where one is missing, the pattern is not offered */
  functions: string[];
  definition: object;
};

const INVOKE = 'arn:aws:states:::lambda:invoke';
/** A function that always answers stands where a person will put their own. */
const STAND_IN = 'rendertemplate';
const says = (text: string) => ({ FunctionName: STAND_IN, Payload: { template: text, values: {} } });
const end = { End: true };

export const PATTERNS: Pattern[] = [
  {
    id: 'retry',
    kind: 'task',
    title: 'Try again, then handle it',
    about: 'A step that is tried three times; what still fails is handled',
    keywords: ['retry', 'catch', 'error', 'backoff', 'fallback'],
    functions: ['fetchpage'],
    definition: {
      StartAt: 'Try it',
      States: {
        'Try it': {
          Comment: 'Choose the function that may fail.',
          Type: 'Task',
          Resource: INVOKE,
          Arguments: { FunctionName: 'fetchpage', Payload: { url: 'https://example.com' } },
          Output: '{% $states.result.Payload %}',
          Retry: [
            { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: 'FULL' },
          ],
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: 'Handle the failure' }],
          ...end,
        },
        'Handle the failure': {
          Comment: 'What comes instead of the answer.',
          Type: 'Pass',
          Output: { failed: true, error: '{% $states.input.Error %}' },
          ...end,
        },
      },
    },
  },
  {
    id: 'gather',
    kind: 'parallel',
    title: 'Fan out and gather',
    about: 'Several things at once, their results put together',
    keywords: ['parallel', 'fan-out', 'fan-in', 'join', 'merge', 'scatter'],
    functions: [],
    definition: {
      StartAt: 'All at once',
      States: {
        'All at once': {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'One part', States: { 'One part': { Type: 'Pass', Output: { one: 1 }, ...end } } },
            { StartAt: 'Another part', States: { 'Another part': { Type: 'Pass', Output: { another: 2 }, ...end } } },
          ],
          Next: 'Gather',
        },
        Gather: {
          Comment: 'One object from the results of the branches.',
          Type: 'Pass',
          Output: '{% $merge($states.input) %}',
          ...end,
        },
      },
    },
  },
  {
    id: 'loop',
    kind: 'map',
    title: 'Loop over a list',
    about: 'The same steps for each item, five at a time',
    keywords: ['map', 'for each', 'iterate', 'batch', 'items'],
    functions: [],
    definition: {
      StartAt: 'For each item',
      States: {
        'For each item': {
          Type: 'Map',
          Items: ['first', 'second', 'third'],
          ItemSelector: {
            item: '{% $states.context.Map.Item.Value %}',
            number: '{% $states.context.Map.Item.Index + 1 %}',
          },
          MaxConcurrency: 5,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'Work on one',
            States: { 'Work on one': { Type: 'Pass', Output: { done: '{% $states.input.item %}' }, ...end } },
          },
          ...end,
        },
      },
    },
  },
  {
    id: 'loop-on',
    kind: 'map',
    title: 'Loop that goes on after errors',
    about: 'Each item on its own: one that fails stops no other',
    keywords: ['map', 'for each', 'catch', 'errors', 'partial failure'],
    functions: [STAND_IN],
    definition: {
      StartAt: 'Each on its own',
      States: {
        'Each on its own': {
          Type: 'Map',
          Items: ['first', 'second', 'third'],
          ItemSelector: { item: '{% $states.context.Map.Item.Value %}' },
          MaxConcurrency: 5,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'INLINE' },
            StartAt: 'Do one',
            States: {
              'Do one': {
                Comment: 'Choose the function that does the work.',
                Type: 'Task',
                Resource: INVOKE,
                Arguments: {
                  FunctionName: STAND_IN,
                  Payload: { template: 'Done: {{item}}', values: { item: '{% $states.input.item %}' } },
                },
                Output: { ok: true, result: '{% $states.result.Payload.text %}' },
                Catch: [
                  {
                    ErrorEquals: ['States.ALL'],
                    Output: { ok: false, error: '{% $states.errorOutput.Error %}' },
                    Next: 'Note the error',
                  },
                ],
                ...end,
              },
              'Note the error': { Type: 'Pass', ...end },
            },
          },
          Next: 'Count them',
        },
        'Count them': {
          Type: 'Pass',
          Output: {
            succeeded: '{% $count($states.input[ok]) %}',
            failed: '{% $count($states.input[$not(ok)]) %}',
            results: '{% $states.input %}',
          },
          ...end,
        },
      },
    },
  },
  {
    id: 'approval',
    kind: 'wait',
    title: 'Wait for approval',
    about: 'Sends a token out and waits until it comes back, for a day',
    keywords: ['callback', 'task token', 'human', 'approve', 'wait'],
    functions: [STAND_IN],
    definition: {
      StartAt: 'Ask for approval',
      States: {
        'Ask for approval': {
          Comment: 'Choose the function that asks a person and hands on the token: an e-mail, a message, a web hook.',
          Type: 'Task',
          Resource: `${INVOKE}.waitForTaskToken`,
          Arguments: {
            FunctionName: STAND_IN,
            Payload: {
              template: 'Is this all right? {{token}}',
              values: { token: '{% $states.context.Task.Token %}' },
            },
          },
          TimeoutSeconds: 86_400,
          Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Nobody answered' }],
          Next: 'Approved?',
        },
        'Approved?': {
          Type: 'Choice',
          Choices: [{ Comment: 'approved', Condition: '{% $states.input.approved = true %}', Next: 'Go ahead' }],
          Default: 'Turned down',
        },
        'Go ahead': { Type: 'Pass', ...end },
        'Turned down': { Type: 'Fail', Error: 'TurnedDown', Cause: 'The request was not approved.' },
        'Nobody answered': { Type: 'Fail', Error: 'NobodyAnswered', Cause: 'No answer came in time.' },
      },
    },
  },
  {
    id: 'poll',
    kind: 'wait',
    title: 'Ask until it is done',
    about: 'Asks, waits, asks again, and gives up after ten times',
    keywords: ['poll', 'until', 'status', 'job', 'repeat', 'wait'],
    functions: [],
    definition: {
      StartAt: 'Begin asking',
      States: {
        'Begin asking': { Type: 'Pass', Assign: { attempt: 0 }, Next: 'Ask how far it is' },
        'Ask how far it is': {
          Comment: 'Put the step that asks here: its answer says whether it is done.',
          Type: 'Pass',
          Assign: { attempt: '{% $attempt + 1 %}' },
          Output: { done: '{% $attempt >= 2 %}' },
          Next: 'Done?',
        },
        'Done?': {
          Type: 'Choice',
          Choices: [
            { Comment: 'it is done', Condition: '{% $states.input.done = true %}', Next: 'It is done' },
            { Comment: 'asked ten times', Condition: '{% $attempt >= 10 %}', Next: 'Give up' },
          ],
          Default: 'Wait a little',
        },
        'Wait a little': { Type: 'Wait', Seconds: 2, Next: 'Ask how far it is' },
        'Give up': { Type: 'Fail', Error: 'NotDone', Cause: 'It was not done after ten questions.' },
        'It is done': { Type: 'Pass', ...end },
      },
    },
  },
  {
    id: 'saga',
    kind: 'task',
    title: 'All or nothing (saga)',
    about: 'Steps that belong together: when one fails, those before it are undone',
    keywords: ['saga', 'compensate', 'rollback', 'undo', 'transaction'],
    functions: [STAND_IN],
    definition: {
      StartAt: 'Book the room',
      States: {
        'Book the room': task('Room booked.', { Catch: [caught('Nothing is booked')], Next: 'Book the flight' }),
        'Book the flight': task('Flight booked.', { Catch: [caught('Cancel the room')], Next: 'Take the money' }),
        'Take the money': task('Paid.', { Catch: [caught('Cancel the flight')], ...end }),
        'Cancel the flight': task('Flight cancelled.', { Next: 'Cancel the room' }),
        'Cancel the room': task('Room cancelled.', { Next: 'Nothing is booked' }),
        'Nothing is booked': {
          Type: 'Fail',
          Error: 'Undone',
          Cause: 'One of the steps failed; what was done is undone.',
        },
      },
    },
  },
];

function task(text: string, rest: object): object {
  const comment = 'Choose the function that does it.';
  return {
    Comment: comment,
    Type: 'Task',
    Resource: INVOKE,
    Arguments: says(text),
    Output: '{% $states.input %}',
    ...rest,
  };
}

function caught(next: string): object {
  return { ErrorEquals: ['States.ALL'], Output: '{% $states.input %}', Next: next };
}

/** The pattern's steps, as they would lie on a clipboard. */
function fragmentOfPattern(pattern: Pattern): Fragment {
  const { graph } = decompile({ QueryLanguage: 'JSONata', ...pattern.definition });
  if (!graph) throw new Error(`The pattern "${pattern.id}" is no state machine.`);
  return { actionEngine: 'steps', graph, positions: {} };
}

/**
 * Puts a pattern's steps into a workflow: what led to the spot leads to its first step, its ends lead to what came next.
 * @returns `ids`: its outermost steps, the first of them where it begins
 * @throws Problem what `addNode` says of the spot
 */
export function insertPattern(
  document: WorkflowDocument,
  pattern: Pattern,
  spot: Spot,
): { document: WorkflowDocument; ids: string[] } {
  const fragment = fragmentOfPattern(pattern);
  // A step holds the place until the others stand.
  const held = addNode(document, { ...newNode('pass'), name: 'Place of a pattern' }, spot);
  const place = nodeOf(held.document.graph, held.id)!;
  const next = held.document.graph.edges.find(({ from, kind }) => from === held.id && kind === 'next')?.to;
  const spoken = speaking(fragment, scopeLanguage(document.graph, place.parent) === 'JSONata');
  const pasted = pasteFragment(held.document, spoken, place.parent);
  const idOf = (id: string) => pasted.ids[id]!;
  let made = connect(pasted.document, held.id, idOf(fragment.graph.startAt!), 'next').document;
  const outer = fragment.graph.nodes.filter(({ parent }) => parent === null);
  for (const node of outer)
    if (next && mayGoOn(node) && isEnd(fragment.graph, node))
      made = connect(made, idOf(node.id), next, 'next').document;
  made = removeNodes(made, [held.id]).document;
  const first = outer.filter(({ id }) => id === fragment.graph.startAt);
  const others = outer.filter(({ id }) => id !== fragment.graph.startAt);
  return { document: made, ids: [...first, ...others].map(({ id }) => idOf(id)) };
}

/** Where the workflow speaks JSONPath, each step says that it does not. */
const speaking = (fragment: Fragment, natively: boolean): Fragment => {
  if (natively) return fragment;
  const nodes = fragment.graph.nodes.map((node) => ({ ...node, queryLanguage: 'JSONata' as const }));
  return { ...fragment, graph: { ...fragment.graph, nodes } satisfies Workflow };
};
