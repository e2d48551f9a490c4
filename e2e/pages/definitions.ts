/** Small definitions that many stories begin with. */

/** First → Each [Inside] → Last. @param items what the loop goes over */
export const withLoop = (items = '{% $states.input.names %}') => ({
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: { Type: 'Pass', Next: 'Each' },
    Each: {
      Type: 'Map',
      Items: items,
      ItemProcessor: { StartAt: 'Inside', States: { Inside: { Type: 'Pass', End: true } } },
      Next: 'Last',
    },
    Last: { Type: 'Pass', End: true },
  },
});

/** A loop that takes a second a turn, with some six events each. */
export const turning = (turns: number) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: `{% [1..${turns}] %}`,
      MaxConcurrency: 1,
      ItemProcessor: {
        StartAt: 'Breathe',
        States: { Breathe: { Type: 'Wait', Seconds: 1, Next: 'Say' }, Say: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
});
