/** Succeed: ends its scope with its input, or what its fields make of it. */
import { endingWithInput } from '../data';
import type { Handler } from './handler';

export const succeed: Handler = {
  enter: async (visit) => ({ go: 'exit', ending: await endingWithInput(visit), next: null }),
};
