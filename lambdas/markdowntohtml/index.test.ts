import { expect, test } from 'vitest';
import manifest from './function.json';
import { handler } from './index';

test.each(manifest.examples)('$title', async ({ input, output }) => {
  expect(await handler(input)).toEqual(output);
});

test('tables, lists and links', async () => {
  const { html } = await handler({ text: '| a |\n|---|\n| 1 |\n\n- one\n\n[home](https://example.com)' });
  expect(html).toContain('<td>1</td>');
  expect(html).toContain('<li>one</li>');
  expect(html).toContain('<a href="https://example.com">home</a>');
});

test("a stranger's markup is shown, not run", async () => {
  const { html } = await handler({
    text: '<script>alert(1)</script>\n\nHi <img src=x onerror=alert(1)> [x](javascript:alert(1))',
  });
  expect(html).not.toMatch(/<script|<img|javascript:/i);
  expect(html).toContain('&lt;script&gt;');
});
