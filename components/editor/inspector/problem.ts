import { useEditor } from '../state/context';

/** What is wrong with one field of a step, in words; `undefined` where nothing is. */
export function useFieldProblem(node: string, path: (string | number)[]): string | undefined {
  return useEditor((state) => {
    const own = `${path.join('.')}.`;
    return state.problems.find(
      ({ at, severity }) => at.node === node && severity !== 'info' && `${at.path?.join('.') ?? ''}.`.startsWith(own),
    )?.message;
  });
}
