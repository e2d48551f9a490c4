/** Points in, a picture of them out, as SVG with its letters as outlines. */
import { letters, shortened, textWidth } from '../shared/lettering';

export type Point = { label: string; value: number };

/** px */
const WIDTH = 960;
const HEIGHT = 600;
const INK = '#1f2937';
const FAINT = '#e5e7eb';
/** Told apart also by those who see fewer colours (Okabe and Ito). */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#b8a800', '#6b7280'];

export function drawChart(points: Point[], kind: 'bar' | 'line' | 'pie', title: string): string {
  const head = title
    ? letters(shortened(title, 26, WIDTH - 60), { x: WIDTH / 2, y: 44, size: 26, fill: INK, anchor: 'middle' })
    : '';
  const body = kind === 'pie' ? pie(points) : axes(points, kind);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>${head}${body}</svg>`;
}

function axes(points: Point[], kind: 'bar' | 'line'): string {
  const values = points.map(({ value }) => value);
  const step = stepOf(Math.max(0, ...values) - Math.min(0, ...values));
  const low = Math.floor(Math.min(0, ...values) / step) * step;
  const high = Math.max(low + step, Math.ceil(Math.max(0, ...values) / step) * step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);
  const names = ticks.map(figure);
  const left = 40 + Math.max(...names.map((name) => textWidth(name, 15)));
  const [top, right, bottom] = [76, WIDTH - 30, HEIGHT - 64];
  const y = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top);
  const slot = (right - left) / points.length;
  const x = (i: number) => left + slot * (i + 0.5);
  const lines = ticks.map(
    (tick, i) =>
      `<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${tick === 0 ? INK : FAINT}"/>${letters(names[i]!, { x: left - 10, y: y(tick) + 5, size: 15, fill: INK, anchor: 'end' })}`,
  );
  // As many labels as have 60 pixels each.
  const every = Math.max(1, Math.ceil(60 / slot));
  const labels = points.map(({ label }, i) =>
    i % every === 0
      ? letters(shortened(label, 15, slot * every - 8), {
          x: x(i),
          y: bottom + 26,
          size: 15,
          fill: INK,
          anchor: 'middle',
        })
      : '',
  );
  const marks =
    kind === 'bar'
      ? points.map(({ value }, i) => {
          const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))];
          return `<rect x="${x(i) - slot * 0.36}" width="${slot * 0.72}" y="${from}" height="${to - from}" fill="${COLOURS[0]}"/>`;
        })
      : [
          `<polyline fill="none" stroke="${COLOURS[0]}" stroke-width="3" stroke-linejoin="round" points="${points.map(({ value }, i) => `${x(i)},${y(value)}`).join(' ')}"/>`,
          ...(points.length <= 60
            ? points.map(({ value }, i) => `<circle cx="${x(i)}" cy="${y(value)}" r="5" fill="${COLOURS[0]}"/>`)
            : []),
        ];
  return [...lines, ...marks, ...labels].join('');
}

/** The largest seven pieces each have a colour; the rest are one. */
function pie(points: Point[]): string {
  const total = points.reduce((sum, { value }) => sum + value, 0);
  const sorted = points.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  const rest = sorted.slice(7).reduce((sum, { value }) => sum + value, 0);
  const shown = rest > 0 ? [...sorted.slice(0, 7), { label: 'other', value: rest }] : sorted;
  const [cx, cy, r] = [320, 330, 220];
  let angle = -Math.PI / 2;
  return shown
    .map(({ label, value }, i) => {
      const share = value / total;
      const [x1, y1] = [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
      angle += share * 2 * Math.PI;
      const [x2, y2] = [cx + r * Math.cos(angle), cy + r * Math.sin(angle)];
      const colour = COLOURS[i % COLOURS.length];
      const piece =
        share > 0.9999
          ? `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${colour}"/>`
          : `<path d="M${cx} ${cy}L${x1} ${y1}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${x2} ${y2}Z" fill="${colour}" stroke="#fff" stroke-width="2"/>`;
      const line = 160 + i * 42;
      const text = shortened(`${label} (${Math.round(share * 100)} %)`, 18, 280);
      return `${piece}<rect x="610" y="${line - 15}" width="18" height="18" fill="${colour}"/>${letters(text, { x: 640, y: line, size: 18, fill: INK })}`;
    })
    .join('');
}

/** 1, 2 or 5 times a power of ten, so that some five lines are drawn. */
function stepOf(range: number): number {
  const rough = (range || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return times * power;
}

const figure = (value: number): string =>
  new Intl.NumberFormat('en', {
    notation: Math.abs(value) >= 1e6 ? 'compact' : 'standard',
    maximumSignificantDigits: 6,
  }).format(value);
