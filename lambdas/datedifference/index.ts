import { dateOf, UNITS } from '../shared/dates';
import { oneOf } from '../shared/input';

export const handler = async (event: unknown): Promise<{ difference: number; text: string }> => {
  const from = dateOf(event, 'from_date', 'UTC').at;
  const to = dateOf(event, 'to_date', 'UTC').at;
  const unit = oneOf(event, 'unit', UNITS, 'days');
  const difference = Math.round((to.diff(from, unit).get(unit) + Number.EPSILON) * 100) / 100;
  return { difference, text: `${difference} ${Math.abs(difference) === 1 ? unit.slice(0, -1) : unit}` };
};
