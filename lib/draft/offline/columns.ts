/**
 * What a request says of a table's columns: "where the price is above 10", "sort by date", "group by country".
 *
 *   'keep the rows where price is above 10' ──▶ column price, operator > (the value is a number as any other)
 *
 * Pure. It knows how such inputs are commonly called (column, field, group_by, operator), and no function.
 * @module
 */
import type { Json } from '@/lib/base/json';
import { splitName } from '@/lib/functions/words';
import type { Unit } from './clauses';
import { comparisonIn } from './conditions';

const THING = '(?:the |their |its )?(?:column |field |value of )?["“\'`]?([\\p{L}_][\\p{L}\\p{N}_]*)["”\'`]?';
const WHERE = new RegExp(
  `\\b(?:where|whose|for)\\s+${THING}\\s+(?:is|are|was|were|equals?|contains?|exceeds?|has|have|=|>|<|over|above|below|under|at (?:least|most)|(?:more|less|greater|fewer|higher|lower) than)`,
  'iu',
);
const BY = new RegExp(`\\b(?:by|per)\\s+${THING}`, 'iu');
const ON = new RegExp(`\\bon\\s+${THING}`, 'iu');

/** The name of the column that the words tell for an input of this name; `null` where they tell none. */
export function columnFrom(name: string, units: readonly Unit[]): string | null {
  const parts = splitName(name);
  const groups = parts.includes('group') || parts.includes('by');
  if (!groups && !/^(column|field)$/.test(parts.at(-1) ?? '')) return null;
  if (!groups && parts.length > 1) {
    // "with region as labels": what each of several columns is for
    const role = new RegExp(`([\\p{L}_][\\p{L}\\p{N}_]*)\\s+(?:as|for)\\s+(?:the\\s+)?${parts[0]}s?\\b`, 'iu');
    for (const { text } of units) {
      const found = role.exec(text)?.[1];
      if (found && !/^(the|a|it|them|this|that)$/i.test(found)) return found;
    }
  }
  if (!groups && parts.length > 1 && /^(label|x|category|value|y)$/.test(parts[0]!)) {
    for (const { text } of units) {
      const found = DRAWN.exec(text)?.[/^(value|y)$/.test(parts[0]!) ? 1 : 2];
      if (found && !NO_COLUMN.test(found)) return found;
    }
  }
  // Of several columns ("label_column", "value_column") nothing tells which is meant.
  if (!groups && parts.length > 1 && !/^(sort|order|key|join)$/.test(parts[0]!)) return null;
  for (const { text } of groups ? [] : units) {
    const picked = pickedIn(text)?.column;
    if (picked) return picked;
  }
  for (const { text } of units) {
    // "group by country", "the average price per country" name the groups, and not the column that is summed.
    const summed = groups || parts.length > 1 ? null : (AMOUNT.exec(text)?.[1] ?? SUMMED.exec(text)?.[1]);
    if (summed && !NO_COLUMN.test(summed)) return columnOfPlural(summed);
    const by = !groups && (/\bgroup/i.test(text) || GROUPED.test(text)) ? null : BY.exec(text);
    const found = (groups ? null : WHERE.exec(text)) ?? by ?? (groups ? null : ON.exec(text));
    if (found?.[1] && !/^(the|a|an|it|them|hand|each|one|name)$/i.test(found[1])) return found[1];
  }
  return null;
}

const CELL = '["“]?([\\p{L}\\p{N}][\\p{L}\\p{N}._-]*)["”]?';
const THINGS = '(?:rows?|ones|lines|entries|entry|records?|items)';
/** "rows where level equals ERROR", "the ones with status open", "filter country = DE": which rows, by what in which column. */
const PICKED = [
  new RegExp(
    `\\b(?:where|whose)\\s+${THING}\\s+(is|are|equals?|=+|!=|is not|isn[’']t|are not|aren[’']t)\\s+(?:not\\s+)?(?:an? |the )?${CELL}`,
    'iu',
  ),
  new RegExp(
    `\\b${THINGS}\\s+(?:with|of)\\s+(?:an? |the )?${THING}\\s+(of|is|=+|!=|equal to)?\\s*${CELL}(?=\\s*(?:$|,|and\\b|in\\b|from\\b))`,
    'iu',
  ),
  new RegExp(`\\bfilter(?:ed)?\\s+(?:by |on |for |to |rows where )?${THING}\\s*(=+|!=|is|equals)\\s*${CELL}`, 'iu'),
];
const DROPPING = /\b(?:drop|remove|delete|exclude|discard|skip|ignore|throw (?:out|away)|without)\b/i;
const COMPARING = /^(?:above|below|over|under|more|less|greater|fewer|higher|lower|at|between|than|not)$/i;

/** Which rows are kept, where the words say so by a plain value; `null` where they do not. */
export function pickedIn(text: string): { column: string; operator: '=' | '!='; value: string } | null {
  for (const pattern of PICKED) {
    const [, column, is = '', value] = pattern.exec(text) ?? [];
    if (!column || !value || COMPARING.test(value) || COMPARING.test(column) || NO_COLUMN.test(column)) continue;
    const not = /not|n[’']t|!/.test(is) || /\b(?:is|are) not\b/i.test(text);
    return { column, operator: not !== DROPPING.test(text) ? '!=' : '=', value };
  }
  return null;
}

/** Does a request keep or drop some of a table's rows, whatever its verb? */
export const picksRows = (text: string): boolean =>
  pickedIn(text) !== null || (new RegExp(`\\b${THINGS}\\b`, 'i').test(text) && WHERE.test(text));

/** The value that rows are picked by, for an input that stands beside a column and an operator. */
export function pickedValue(units: readonly Unit[]): Json | null {
  const found = units.map(({ text }) => pickedIn(text)).find((one) => one !== null)?.value;
  if (found === undefined) return null;
  return /^-?\d+(?:\.\d+)?$/.test(found)
    ? Number(found)
    : /^(?:true|false)$/i.test(found)
      ? found.toLowerCase() === 'true'
      : found;
}

/** "add up the totals": the column whose numbers are worked out; a table calls it by the singular. */
const SUMMED =
  /\b(?:add(?:s|ing)? up|sum(?:s|ming)?(?: up)?|average)\s+(?:(?:all|the|their|its)\s+)*([\p{L}_][\p{L}\p{N}_]*)/iu;

/** "the median salary of the staff", "the total of amounts per month": the figure, and the column that it is of. */
export const FIGURE = /\b(?:median|average|mean|sum|total|minimum|maximum)\b/i;
const GROUPED = new RegExp(`${FIGURE.source}.*\\b(?:by|per)\\b`, 'i');
const AMOUNT = new RegExp(
  `(?<!\\bby\\s)${FIGURE.source}\\s+(?:of\\s+)?(?:(?:all|the|their|its)\\s+)*([\\p{L}_][\\p{L}\\p{N}_]*)(?=\\s+(?:per|by|of|for|in|from|over|grouped)\\b|\\s*$)`,
  'iu',
);
/** "a bar chart of sales per month", "plot the price over time": what is drawn, and along what. */
const DRAWN =
  /\b(?:chart|graph|plot|diagram)s?\s+(?:of\s+|showing\s+)?(?:(?:the|all|their)\s+)?([\p{L}_][\p{L}\p{N}_]*)\s+(?:by|per|over|against|for each)\s+(?:the\s+)?([\p{L}_][\p{L}\p{N}_]*)/iu;
const NO_COLUMN =
  /^(the|a|an|all|it|them|this|that|up|by|per|of|for|in|from|and|is|are|was|rows?|numbers?|values?|everything|columns?|results?|chart|pie|bar|line|ascending|descending)$/i;
const columnOfPlural = (word: string) => word.replace(/([^s])s$/, '$1');

/** Other words for what members of an enumeration are often called. */
const MEANS: [RegExp, RegExp][] = [
  [/^sum$/i, /\b(add(s|ed|ing)?\b.{0,30}?\bup|totals?|summed|summing)\b/i],
  [/^(average|avg|mean)$/i, /\b(averages?|averaged|mean)\b/i],
  [/^min(imum)?$/i, /\b(minimum|lowest|smallest|cheapest|earliest)\b/i],
  [/^max(imum)?$/i, /\b(maximum|highest|largest|biggest|greatest|latest)\b/i],
  [/^count$/i, /\b(how many|(the )?number of|counted)\b/i],
  [
    /^desc(ending)?$/i,
    /\b((highest|largest|biggest|newest|latest|best|most) first|high(est)? to low(est)?|downwards|in reverse)\b|\bage\b.*\boldest first\b|\btop (?:\d+|ten|five|three)\b/i,
  ],
  [/^asc(ending)?$/i, /\b((lowest|smallest|oldest|earliest|least) first|low(est)? to high(est)?|upwards)\b/i],
];

/** "add up" for `sum`: the member that the words mean without naming it; `null` where none. */
export function meantMember(members: readonly Json[], units: readonly Unit[]): Json | null {
  for (const [called, words] of MEANS) {
    const member = members.find((one) => called.test(String(one)));
    if (member !== undefined && units.some(({ text }) => words.test(text))) return member;
  }
  return null;
}

const SAYS: Partial<Record<string, RegExp>> = {
  '>': /^(>|gt|greater|more|above|over)\b/i,
  '>=': /^(>=|gte|at least|greater or equal)/i,
  '<': /^(<|lt|less|fewer|below|under)\b/i,
  '<=': /^(<=|lte|at most|less or equal)/i,
  '=': /^(=|==|eq|equals?|is)$/i,
  '!=': /^(!=|<>|ne|not)\b/i,
  contains: /^(contains?|includes?)\b/i,
};

/** "drop the rows where the price is below 3": those that are kept */
const KEPT: Record<string, '>' | '<' | '=' | '!='> = { '<': '>', '<=': '>', '>': '<', '>=': '<', '=': '!=', '!=': '=' };

/** The member of an enumeration that compares as the words do; `null` where they compare nothing, or no member does. */
export function operatorFrom(members: readonly Json[], units: readonly Unit[]): Json | null {
  if (!members.some((member) => Object.values(SAYS).some((says) => says!.test(String(member))))) return null;
  for (const { text } of units) {
    const picked = pickedIn(text)?.operator;
    const plain = members.find((one) => picked && SAYS[picked]?.test(String(one).replace(/_/g, ' ')));
    if (plain !== undefined) return plain;
    const where = /\b(?:where|whose|with|that|which|for)\b.*/is.exec(text)?.[0];
    const said = where ? comparisonIn(where)?.operator : undefined;
    const operator = said && DROPPING.test(text) ? (KEPT[said] ?? said) : said;
    const member = members.find((one) => operator && SAYS[operator]?.test(String(one).replace(/_/g, ' ')));
    if (member !== undefined) return member;
  }
  return null;
}
