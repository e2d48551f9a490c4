import { expect, test } from 'vitest';
import type { Unit } from './clauses';
import { columnFrom, operatorFrom, pickedIn } from './columns';

const said = (text: string) => [{ text } as Unit];

test.each<[string, string, string | null]>([
  ['column', 'keep the rows where the weight is below 3', 'weight'],
  ['column', 'the crates whose age exceeds 4 years', 'age'],
  ['column', 'order the boats by length', 'length'],
  ['column', 'match both lists on boat_id', 'boat_id'],
  ['group_by', 'group the boats by harbour', 'harbour'],
  ['column', 'group the boats by harbour', null],
  ['column', 'the median weight of the crates', 'weight'],
  ['column', 'the average speed per harbour', 'speed'],
  ['group_by', 'the average speed per harbour', 'harbour'],
  ['column', 'order the boats by total', 'total'],
  ['column', 'keep the boats where total is over 3', 'total'],
  ['label_column', 'a bar chart of landings by harbour', 'harbour'],
  ['value_column', 'a bar chart of landings by harbour', 'landings'],
  ['label_column', 'draw the boats by harbour', null],
  ['title', 'order the boats by length', null],
])('%s in “%s” is %s', (name, text, expected) => expect(columnFrom(name, said(text))).toBe(expected));

test.each<[string[], string, string | null]>([
  [['equals', 'greater than', 'less than'], 'rows where depth is over 9', 'greater than'],
  [['eq', 'lt', 'gt'], 'boats whose draught is less than 2 m', 'lt'],
  [['contains', 'equals'], 'notes where the text mentions "reef"', 'contains'],
  [['red', 'green'], 'rows where depth is over 9', null],
  [['greater than'], 'sort by depth', null],
])('of %j, “%s” means %s', (members, text, expected) => expect(operatorFrom(members, said(text))).toBe(expected));

test.each<[string, [string, string, string] | null]>([
  ['only the rows with flag green', ['flag', '=', 'green']],
  ['drop the boats where flag is green', ['flag', '!=', 'green']],
  ['keep the ones where flag is not green', ['flag', '!=', 'green']],
  ['filter harbour = Oslo', ['harbour', '=', 'Oslo']],
  ['rows where depth is over 9', null],
  ['make a table with four rows', null],
])('“%s” picks %j', (text, expected) => {
  const found = pickedIn(text);
  expect(found && [found.column, found.operator, found.value]).toEqual(expected);
});
