import { dateOf, UNITS, zoneOf } from '../shared/dates';
import { FunctionError } from '../shared/errors';
import { integer, oneOf } from '../shared/input';

/** A day without a time stays one, unless minutes or hours are added. */
export const handler = async (event: unknown): Promise<{ date: string }> => {
  const { at, dayOnly } = dateOf(event, 'date', zoneOf(event));
  const amount = integer(event, 'amount', -1_000_000, 1_000_000);
  const unit = oneOf(event, 'unit', UNITS);
  const then = at.plus({ [unit]: amount });
  const short = dayOnly && unit !== 'minutes' && unit !== 'hours';
  const date = short ? then.toISODate() : then.toISO({ suppressMilliseconds: true });
  if (!then.isValid || date === null || then.year < 0 || then.year > 9999)
    throw new FunctionError('InvalidInput', `${amount} ${unit} from there is beyond the calendar.`);
  return { date };
};
