/** The colours are readable: each pair that carries text has 4.5:1, what is not text 3:1, in both themes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { STATUSES } from './status';

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('\n}', start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]));
}

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
/** WCAG 2: relative luminance, contrast. */
const luminance = (rgb: number[]) => {
  const [r = 0, g = 0, b = 0] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: number[], b: number[]) => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
/** As the browser lays one colour thinly over another; near enough to oklab at small shares. */
const over = (top: number[], share: number, ground: number[]) =>
  top.map((c, i) => c * share + (ground[i] ?? 0) * (1 - share));

describe.each([
  ['light', ':root'],
  ['dark', '.dark'],
])('%s', (_name, selector) => {
  const all = tokens(selector);
  const of = (name: string) => {
    const hex = all[name];
    if (!hex) throw new Error(`no token --${name} in ${selector}`);
    return channels(hex);
  };
  const grounds = ['bg', 'surface', 'raised', 'overlay', 'sunken'];

  test.each(['text', 'muted', 'accent', 'status-failed', 'warning', 'json-string', 'json-number', 'json-word'])(
    '%s reads on every ground',
    (name) => {
      for (const ground of grounds)
        expect(contrast(of(name), of(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    },
  );
  test.each(Object.keys(STATUSES))('status %s reads, plain, on its own tint, and filled', (name) => {
    const colour = of(`status-${name}`);
    for (const ground of ['surface', 'raised']) expect(contrast(colour, of(ground))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour, over(colour, 0.09, of('raised')))).toBeGreaterThanOrEqual(4.5);
  });
  test('words on buttons read', () => {
    expect(contrast(of('on-ink'), of('ink'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('accent'), of('accent-soft'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('muted'), of('hover'))).toBeGreaterThanOrEqual(4.5);
  });
  test('the edge of a field is seen', () => {
    expect(contrast(of('border-input'), of('surface'))).toBeGreaterThanOrEqual(3);
  });
});
