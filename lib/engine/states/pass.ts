/** Pass: hands on its input, a fixed result, or what its fields make of them. */
import { argumentsOf, endingWithInput, endingWithResult } from '../data';
import { exit, type Handler } from './handler';

export const pass: Handler = {
  async enter(visit) {
    if (visit.language === 'JSONata') return exit(visit, await endingWithInput(visit));
    const result = visit.field('Result');
    if (result !== undefined) visit.saw?.('result', result);
    return exit(visit, await endingWithResult(visit, result === undefined ? await argumentsOf(visit) : result));
  },
};
