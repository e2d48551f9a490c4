/**
 * The machines that are measured. Each stays below AWS's limits: 25,000 events of history, 256 KiB of payload.
 * @module
 */
import type { Json } from '@/lib/base/json';

type State = Record<string, unknown>;
export type Bench = {
  label: string;
  definition: object;
  input: Json;
  /** executions at once */
  copies: number;
  /** states that one of them enters */
  transitions: number;
  output: Json;
};

const TURNS = 5000;
const ITEMS = Array.from({ length: 5000 }, (_, i) => i % 10);

const chainOf = (length: number, state: State) => ({
  StartAt: 'S0',
  States: Object.fromEntries(
    Array.from({ length }, (_, i) => [
      `S${i}`,
      { ...state, ...(i + 1 < length ? { Next: `S${i + 1}` } : { End: true }) },
    ]),
  ),
});

const chain = { definition: chainOf(1000, { Type: 'Pass' }), input: { v: 1 }, transitions: 1000, output: { v: 1 } };

export const TRANSITIONS: Record<string, Bench> = {
  chains: { ...chain, label: 'chain of 1,000 Pass, 20 runs at once', copies: 20 },
  chain: { ...chain, label: 'chain of 1,000 Pass, one run', copies: 1 },
  loopJsonPath: {
    label: 'Choice loop of 5,000 turns, JSONPath',
    copies: 1,
    transitions: 2 * TURNS + 2,
    input: { n: 0 },
    output: { n: TURNS },
    definition: {
      StartAt: 'Check',
      States: {
        Check: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericGreaterThanEquals: TURNS, Next: 'Done' }],
          Default: 'Turn',
        },
        Turn: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Check' },
        Done: { Type: 'Succeed' },
      },
    },
  },
  loopJsonata: {
    label: 'Choice loop of 5,000 turns, JSONata',
    copies: 1,
    transitions: 2 * TURNS + 3,
    input: {},
    output: { n: TURNS },
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Init',
      States: {
        Init: { Type: 'Pass', Assign: { n: 0 }, Next: 'Check' },
        Check: { Type: 'Choice', Choices: [{ Condition: `{% $n >= ${TURNS} %}`, Next: 'Done' }], Default: 'Turn' },
        Turn: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'Check' },
        Done: { Type: 'Succeed', Output: { n: '{% $n %}' } },
      },
    },
  },
  map: {
    label: 'Map over 5,000 items, one Pass each',
    copies: 1,
    transitions: ITEMS.length + 1,
    input: { items: ITEMS },
    output: ITEMS,
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          End: true,
          // by its older name: the peers know no other
          Iterator: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } },
        },
      },
    },
  },
};

export const LAMBDA_STEPS = 200;
export const lambdaChain = (functionArn: string) => chainOf(LAMBDA_STEPS, { Type: 'Task', Resource: functionArn });

export const ONE_PASS = chainOf(1, { Type: 'Pass' });
export const ONE_PASS_INPUT: Json = { text: 'x'.repeat(480) };
export const PARKED = { StartAt: 'Hold', States: { Hold: { Type: 'Wait', Seconds: 3600, End: true } } };
