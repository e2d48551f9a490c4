import { expect, test } from 'vitest';
import { decompile } from '@/lib/compile';
import { placesIn } from './spoken';

const pass = (next?: string) => ({ Type: 'Pass', ...(next ? { Next: next } : { End: true }) });

test('where each step stands and what comes next, in the order in which it runs', () => {
  const { graph } = decompile({
    QueryLanguage: 'JSONata',
    StartAt: 'Fetch',
    States: {
      Upload: pass(),
      Fetch: {
        Type: 'Task',
        Resource: 'arn:x',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Sorry' }],
        Next: 'Which?',
      },
      'Which?': {
        Type: 'Choice',
        Choices: ['Each', 'Upload', 'Sorry', 'Stop'].map((Next) => ({ Condition: '{% true %}', Next })),
        Default: 'Each',
      },
      Each: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Inside', States: { Inside: pass('More'), More: pass() } },
        Next: 'Upload',
      },
      Sorry: pass(),
      Stop: { Type: 'Fail' },
    },
  });
  const of = (name: string) => placesIn(graph!).get(graph!.nodes.find((node) => node.name === name)!.id);
  expect(of('Fetch')).toBe('1 of 6, next: Which?, on an error: Sorry');
  expect(of('Which?')).toBe('2 of 6, next: Each, Upload or 2 more');
  expect(of('Each')).toMatch(/^\d of 6, 2 steps inside, next: Upload$/);
  expect(of('Inside')).toBe('1 of 2 in Each, next: More');
  expect(of('More')).toBe('2 of 2 in Each, then the end');
  expect(of('Stop')).toMatch(/^\d of 6$/);
  expect(placesIn(graph!)).toBe(placesIn(graph!));
});
