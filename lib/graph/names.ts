/**
 * Names and ids that clash with nothing.
 * @module
 */

/** AWS: a state's name has 1–80 characters. A surrogate pair counts as two, as it does there. */
export const MAX_NAME = 80;

/** `wish` itself, else with the first number that is free: `Resize`, `Resize 2`. Never longer than `max`. */
export function uniqueName(wish: string, taken: (name: string) => boolean, between = ' ', max = MAX_NAME): string {
  const start = cut(wish, max);
  if (!taken(start)) return start;
  for (let n = 2; ; n++) {
    const end = `${between}${n}`;
    const name = cut(wish, max - end.length) + end;
    if (!taken(name)) return name;
  }
}

/** Never between the halves of a surrogate pair. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text[max - 1] ?? '') ? max - 1 : max;
  return text.slice(0, end);
}

/** A node id made from a name: the same name gives the same id. Never holds `:` or `/`, which edge ids and scopes use. */
export const idFromName = (name: string, taken: (id: string) => boolean): string => {
  const slug = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return uniqueName(slug || 'step', taken, '-', 40);
};

/**
 * A variable's name made from a step's: an identifier, in camel case.
 *
 * @example variableFromName('Resize image', () => false) // resizeImage
 */
export function variableFromName(name: string, taken: (name: string) => boolean): string {
  const words = name.normalize('NFKC').match(/[\p{ID_Start}\p{Nd}][\p{ID_Continue}]*/gu) ?? [];
  const camel = words
    .map((word, i) => (i === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1))
    .join('');
  const identifier = /^\p{ID_Start}/u.test(camel) ? camel : `step${camel}`;
  // `states` is the language's own; JSONata's words are spared too, for the reader's sake.
  const reserved = new Set(['states', 'and', 'or', 'in', 'true', 'false', 'null', 'function']);
  return uniqueName(identifier, (wish) => reserved.has(wish) || taken(wish), '', MAX_NAME);
}
