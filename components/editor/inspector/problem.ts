import type { Diagnostic } from '@/lib/base/problem';
import { useEditor } from '../state/context';

/** What is wrong with one field of a step, or with what is inside of it; `undefined` where nothing is. */
export function useFieldDiagnostic(node: string, path: (string | number)[]): Diagnostic | undefined {
  return useEditor((state) => {
    const own = `${path.join('.')}.`;
    return state.problems.find(
      ({ at, severity }) => at.node === node && severity !== 'info' && `${at.path?.join('.') ?? ''}.`.startsWith(own),
    );
  });
}

/** One fault of a step by its code, and, where it is one of a rule, by the rule's place. */
export const useFault = (node: string, code: string, index?: number): Diagnostic | undefined =>
  useEditor((state) =>
    state.problems.find(
      (one) => one.code === code && one.at.node === node && (index === undefined || one.at.path?.[1] === index),
    ),
  );

/** The same in words. */
export const useFieldProblem = (node: string, path: (string | number)[]): string | undefined =>
  useFieldDiagnostic(node, path)?.message;

/** Below the field itself its name and its step need not be said again. */
export const fieldText = (problem: Diagnostic | undefined, path: (string | number)[]): string | undefined =>
  problem?.code === 'ARGUMENT_MISSING' && problem.at.path?.join('.') === path.join('.')
    ? 'Needed: fill it in, or take it from data.'
    : problem?.message;
