import { expect, test } from 'vitest';
import { createIndex } from '@/lib/functions/search';
import { CATALOGUE } from '../testing/catalogue';
import { cutIntoUnits } from './clauses';
import { meantMember } from './columns';
import { wayOf } from './places';
import { tokenize } from './tokens';
import { verbsOf } from './verbs';

const verbs = verbsOf(createIndex(CATALOGUE));
const unitsOf = (text: string) => cutIntoUnits(text, tokenize(text, new Date('2026-11-22T12:00:00')), verbs);

test.each([
  ['take the photo from the bucket', 'from'],
  ['download the report out of S3', 'from'],
  ['put the photo into the bucket', 'into'],
  ['upload it to S3', 'into'],
  ['put it back', 'into'],
  ['put a frame around it', null],
  ['take the photo', null],
])('%s: %s', (text, way) => expect(wayOf(unitsOf(text)[0]!)).toBe(way));

const FIGURES = ['sum', 'average', 'count', 'min', 'max'];
test.each([
  ['add up the totals', FIGURES, 'sum'],
  ['add them all up', FIGURES, 'sum'],
  ['the cheapest offer of each shop', FIGURES, 'min'],
  ['how many there are of each', FIGURES, 'count'],
  ['sort them, newest first', ['ascending', 'descending'], 'descending'],
  ['add a line', FIGURES, null],
  ['add up the totals', ['red', 'green'], null],
])('%s of %s: %s', (text, members, meant) => expect(meantMember(members, unitsOf(text))).toBe(meant));
