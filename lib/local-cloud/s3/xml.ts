/**
 * XML as S3 speaks it: small documents without attributes, read from requests and written into answers.
 *
 * The reader is our own because it meets megabytes from anybody on this machine: one pass, no recursion, no entities but
 * the five and numbers, text kept to the blank (a key may begin with one). A general parser took seconds for what this
 * one refuses or reads in a few ms.
 * @module
 */
/** Text for an element. Control characters go out as references, as AWS does it, though XML 1.0 forbids most of them. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\p{Cc}]/gu, (c) => {
    if (c === '&') return '&amp;';
    if (c === '<') return '&lt;';
    if (c === '>') return '&gt;';
    if (c === '"') return '&quot;';
    return `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`;
  });

/** An element's content: text, children in order (an array makes one element an item), or nothing at all. */
export type XmlContent = string | number | boolean | null | undefined | XmlFields;
export type XmlFields = { [name: string]: XmlContent | XmlContent[] };

/** `undefined` and `null` write no element; an empty string writes an empty one. */
export function writeXml(root: string, content: XmlFields | string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${typeof content === 'string' ? escapeXml(content) : children(content)}</${root}>`;
}

const children = (content: XmlFields): string =>
  Object.entries(content)
    .flatMap(([name, value]) => [value].flat().map((item) => element(name, item)))
    .join('');

function element(name: string, value: XmlContent): string {
  if (value === undefined || value === null) return '';
  const inner = typeof value === 'object' ? children(value) : escapeXml(String(value));
  return inner === '' ? `<${name}/>` : `<${name}>${inner}</${name}>`;
}

/** An element as it was read. Attributes are not kept. */
export type XmlTree = { children: Map<string, XmlTree[]>; text: string };

const DEPTH = 16;
const ELEMENTS = 200_000;
const TAG_LENGTH = 1024;
const NAME = String.raw`[A-Za-z_][\w.-]*`;
const TAG = new RegExp(String.raw`^(?:${NAME}:)?(${NAME})(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(/?)$`);
const END_TAG = new RegExp(String.raw`^/(?:${NAME}:)?(${NAME})\s*$`);

/**
 * @param root the document element that is expected
 * @returns null when the text is not well-formed, is another document, or brings a DOCTYPE
 */
export function readXml(text: string, root: string): XmlTree | null {
  for (let i = 0; i < text.length; i++) if (!isCharacter(text.charCodeAt(i))) return null;
  const document: XmlTree = { children: new Map(), text: '' };
  const path: { name: string; element: XmlTree }[] = [{ name: '', element: document }];
  let elements = 0;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const { name, element } = path[path.length - 1]!;
    const open = text.indexOf('<', at);
    if (open !== at) {
      const decoded = decodeText(text.slice(at, open < 0 ? text.length : open));
      if (decoded === null || (path.length === 1 && decoded.trim() !== '')) return null;
      element.text += decoded;
      if (open < 0) break;
    }
    const special = SPECIAL.find(([start]) => text.startsWith(start, open));
    if (special) {
      const [start, end] = special;
      const close = text.indexOf(end, open + start.length);
      if (close < 0) return null;
      if (start === CDATA) element.text += text.slice(open + start.length, close);
      at = close + end.length;
      continue;
    }
    const close = text.indexOf('>', open);
    if (close < 0 || close - open > TAG_LENGTH) return null;
    const inner = text.slice(open + 1, close);
    at = close + 1;
    if (inner.startsWith('/')) {
      if (path.length === 1 || END_TAG.exec(inner)?.[1] !== name) return null;
      path.pop();
      continue;
    }
    const tag = TAG.exec(inner);
    if (!tag || ++elements > ELEMENTS || path.length > DEPTH) return null;
    const child: XmlTree = { children: new Map(), text: '' };
    const siblings = element.children.get(tag[1]!);
    if (siblings) siblings.push(child);
    else element.children.set(tag[1]!, [child]);
    if (tag[2] === '') path.push({ name: tag[1]!, element: child });
  }
  const found = document.children.get(root);
  return path.length === 1 && document.children.size === 1 && found?.length === 1 ? found[0]! : null;
}

const CDATA = '<![CDATA[';
/** what is no element, and where it ends; a DOCTYPE is not among them and so is refused as a tag */
const SPECIAL = [
  [CDATA, ']]>'],
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML 1.0 knows no control characters below the blank but tab and the line ends. */
const isCharacter = (code: number): boolean => code >= 32 || code === 9 || code === 10 || code === 13;

const CHARACTER = 'amp|lt|gt|quot|apos|#\\d{1,7}|#x[0-9a-fA-F]{1,6}';
const STRAY = new RegExp(`&(?!(?:${CHARACTER});)`);
const REFERENCE = new RegExp(`&(${CHARACTER});`, 'g');

/** null for an `&` that begins no character */
function decodeText(text: string): string | null {
  if (STRAY.test(text)) return null;
  let isGood = true;
  const decoded = text.replace(/\r\n?/g, '\n').replace(REFERENCE, (_, name: string) => {
    if (name[0] !== '#') return ENTITIES[name]!;
    const code = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (!isCharacter(code) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      isGood = false;
      return '';
    }
    return String.fromCodePoint(code);
  });
  return isGood ? decoded : null;
}

/** The children of one name, in order. */
export const listOf = (tree: XmlTree, name: string): XmlTree[] => tree.children.get(name) ?? [];

/** The text of the first child of that name; undefined when there is none, or when it holds elements. */
export function textOf(tree: XmlTree, name: string): string | undefined {
  const found = tree.children.get(name)?.[0];
  return found && found.children.size === 0 ? found.text : undefined;
}
