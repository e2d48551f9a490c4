/**
 * What an expression reads, as references: `$order.total` and `$states.input.n` of `$order.total * $states.input.n`.
 * Pure.
 * @module
 */
import { type Dollar, parseReference, type QueryLanguage, type Reference, type Segment } from '@/lib/graph';

const NAME = '[\\p{ID_Start}_][\\p{ID_Continue}]*';
const READ = new RegExp(`\\$(?:\\$|${NAME})?(?:\\.${NAME}|\\.\`[^\`]+\`|\\[\\d+\\])*`, 'gu');
const TEXTS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?\*\//g;

/** In order, each once. Names that the expression binds itself are among them, and functions are not. */
export function reads(text: string, language: QueryLanguage, dollar: Dollar = 'state-input'): Reference[] {
  const bare = text.replace(TEXTS, (one) => ' '.repeat(one.length));
  const found = new Map<string, Reference>();
  for (const match of bare.matchAll(READ)) {
    const [whole] = match;
    if (
      bare
        .slice(match.index + whole.length)
        .trimStart()
        .startsWith('(') &&
      language === 'JSONata'
    ) {
      // `$f(…)` is a call; of `$a.b.f(…)`, what it is called upon is not told apart and so is followed.
      if (!/[.[]/.test(whole)) continue;
    }
    const read = parseReference(whole, language, dollar);
    if (read) found.set(whole, read);
  }
  return [...found.values()];
}

/** The path of `$.a.b`, `$` being the empty one; `null` where it is no plain path. */
export function pathReference(text: string): Segment[] | null {
  const read = parseReference(text, 'JSONPath');
  return read?.from.kind === 'state-input' ? read.path : null;
}
