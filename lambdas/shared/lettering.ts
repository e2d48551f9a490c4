/** Letters as outlines: they look the same on every machine, also on Lambda, which has no fonts. */
import { type Font, type PathCommand, parse } from 'opentype.js';
import { INTER_WOFF } from './font';

let font: Font | undefined;
const inter = (): Font => {
  if (!font) {
    const bytes = Buffer.from(INTER_WOFF, 'base64');
    font = parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  }
  return font;
};

/** Letter by letter, without the font's ligatures. */
const glyphs = (text: string) => [...text].map((letter) => inter().charToGlyph(letter));
const scaleOf = (size: number): number => size / inter().unitsPerEm;

/** px */
export const textWidth = (text: string, size: number): number =>
  glyphs(text).reduce((sum, glyph) => sum + (glyph.advanceWidth ?? 0) * scaleOf(size), 0);

type Setting = { x: number; y: number; size: number; fill: string; anchor?: 'start' | 'middle' | 'end' };

/** An SVG path; `y` is the line that the letters stand on. */
export function letters(text: string, { x, y, size, fill, anchor = 'start' }: Setting): string {
  let at = anchor === 'start' ? x : x - textWidth(text, size) * (anchor === 'middle' ? 0.5 : 1);
  const paths = glyphs(text).map((glyph) => {
    const path = pathData(glyph.getPath(at, y, size).commands);
    at += (glyph.advanceWidth ?? 0) * scaleOf(size);
    return path;
  });
  return `<path fill="${fill}" d="${paths.join('')}"/>`;
}

/** As SVG writes it. (The library's own rounding loses some numbers.) */
const pathData = (commands: PathCommand[]): string =>
  commands
    .map((command) => {
      const points = ['x1', 'y1', 'x2', 'y2', 'x', 'y'].flatMap((key) => {
        const value = (command as Record<string, unknown>)[key];
        return typeof value === 'number' ? [value.toFixed(1)] : [];
      });
      return `${command.type}${points.join(' ')}`;
    })
    .join('');

/** As much of the text as fits; the rest is three dots. */
export function shortened(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let end = text.length;
  while (end > 0 && textWidth(`${text.slice(0, end)}…`, size) > width) end--;
  return `${text.slice(0, end)}…`;
}
