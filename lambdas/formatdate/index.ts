import { dateOf, zoneOf } from '../shared/dates';
import { FunctionError } from '../shared/errors';
import { optionalText } from '../shared/input';

export const handler = async (event: unknown): Promise<{ text: string }> => {
  const zone = zoneOf(event);
  const { at } = dateOf(event, 'date', zone);
  const pattern = optionalText(event, 'pattern', 100) ?? 'yyyy-MM-dd';
  const code = optionalText(event, 'language_code', 10) ?? 'en';
  try {
    return { text: at.setLocale(Intl.getCanonicalLocales(code)[0] ?? 'en').toFormat(pattern) };
  } catch (error) {
    throw new FunctionError(
      'InvalidInput',
      `"language_code" is "${code}", which is no language. Use a code such as en or de.`,
      {
        cause: error,
      },
    );
  }
};
