'use client';
import { useEditor } from '../state/context';

/** What is wrong with the step in sight, where it is looked at. */
export function StepProblems({ id }: { id: string }) {
  const all = useEditor((state) => state.problems);
  const goTo = useEditor((state) => state.goTo);
  const problems = all.filter(({ at, severity }) => at.node === id && severity !== 'info');
  if (problems.length === 0) return null;
  return (
    <ul className="mx-4 mb-2 flex flex-col gap-1.5">
      {problems.slice(0, 4).map((problem) => (
        <li key={`${problem.code}${problem.at.path?.join('.')}${problem.message}`}>
          <button
            type="button"
            onClick={() => goTo(id, problem.at.path)}
            className={
              problem.severity === 'error'
                ? 'w-full rounded-md border border-danger/35 bg-danger/6 px-2.5 py-1.5 text-left text-xs'
                : 'w-full rounded-md border border-warning/35 bg-warning/6 px-2.5 py-1.5 text-left text-xs'
            }
          >
            <span className="font-medium">{problem.message}</span> <span className="text-muted">{problem.hint}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
