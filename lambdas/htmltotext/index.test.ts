import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('headings, lists and tables stay apart; scripts and menus go', async () => {
  const { text } = await handler({
    html: '<nav>Menu</nav><h1>News</h1><script>x()</script><ul><li>One</li><li>Two</li></ul><table><tr><td>a</td><td>b</td></tr></table><a href="https://x.example">more</a>',
  });
  expect(text).toMatch(/^News\n/);
  expect(text).toMatch(/One\n.*Two/);
  expect(text).toMatch(/a +b/);
  expect(text).not.toMatch(/Menu|x\(\)|https/);
});
