/**
 * What a handler that a model wrote would reach, read from its text; nothing of it is run.
 *
 *   source ──importsOf()──▶ the modules that it names
 *          ──reaches()────▶ does it call other machines, which addresses does it name, does it make code of texts
 *
 * A reading of text can be deceived, so it decides nothing alone: a person sees the code, and the sandbox holds it.
 * @module
 */

/** Of Node's own: what computes. Files and processes of the machine are no business of a function. */
const COMPUTING = new Set(
  'assert async_hooks buffer crypto events path perf_hooks punycode querystring stream string_decoder timers url util zlib'.split(
    ' ',
  ),
);
const CALLING = new Set('dgram dns http http2 https net tls'.split(' '));
/** Of lambdas/shared; what each gives is told to the model. */
const SHARED = new Set(['action-engine/files', 'action-engine/errors', 'action-engine/web']);

/** Comments out, texts kept: a module's name is one. */
const bare = (source: string): string =>
  source.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, text) => (typeof text === 'string' ? text : ' '),
  );

/** What may stand between two words of a program. */
const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|//[^\n]*)*`;
const IMPORT = new RegExp(
  [
    String.raw`\b(?:import|export)\b[^'"\`;]*?\bfrom${GAP}['"]([^'"]+)['"]`,
    String.raw`\bimport${GAP}['"]([^'"]+)['"]`,
    String.raw`\b(?:import|require)${GAP}\(${GAP}['"\`]?([^'"\`)]*)`,
  ].join('|'),
  'g',
);

/** Read with its comments and without: what looks like one may stand in a pattern. A computed name is given as ''. */
export function importsOf(source: string): string[] {
  const found = [source, bare(source)].flatMap((text) => [...text.matchAll(IMPORT)]);
  return [...new Set(found.map((match) => match[1] ?? match[2] ?? match[3] ?? ''))];
}

const plain = (module: string): string => module.replace(/^node:/, '').split('/')[0]!;

/** A module that a function written by a model may not have. */
export const isForbidden = (module: string): boolean =>
  !SHARED.has(module) && !COMPUTING.has(plain(module)) && !CALLING.has(plain(module));

const ADDRESS = /\b(?:https?|wss?|ftp):\/\/[^\s"'`<>\\)]+/gi;

export type Reach = { calls: boolean; addresses: string[]; makesCode: boolean };

export function reaches(source: string): Reach {
  const code = bare(source);
  const modules = importsOf(source);
  return {
    calls:
      /\bfetch\b|\bWebSocket\b|\bEventSource\b/.test(code) ||
      modules.some((module) => module === 'action-engine/web' || CALLING.has(plain(module))),
    addresses: [...new Set([...code.matchAll(ADDRESS)].map(([address]) => address.replace(/[.,;:!?\]}]+$/, '')))],
    makesCode: /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(/.test(code),
  };
}
