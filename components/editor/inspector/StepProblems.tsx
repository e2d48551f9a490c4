'use client';
import type { Diagnostic } from '@/lib/base/problem';
import { useEditor } from '../state/context';
import { tabOf } from '../state/store';
import type { InspectorTab } from '../state/types';
import { FieldFixes } from './FieldFixes';

/** Told by the form of a choice itself, at the rule. */
const IN_FORM = new Set(['RULE_WITHOUT_EDGE', 'RULE_UNSET', 'DEFAULT_MISSING']);
/** Problems shown one by one; the list of all has the others. */
const MAX_SHOWN = 4;

/**
 * What is wrong with the step in sight, where it is looked at. Values that are missing are one line that leads to them;
 * below their fields, in sight, they are told by the fields alone.
 */
export function StepProblems({ id, tab }: { id: string; tab: InspectorTab }) {
  const all = useEditor((state) => state.problems);
  const goTo = useEditor((state) => state.goTo);
  const problems = all.filter(({ at, severity }) => at.node === id && severity !== 'info');
  const missing = problems.filter(({ code }) => code === 'ARGUMENT_MISSING');
  const others = problems
    .filter(({ code }) => code !== 'ARGUMENT_MISSING' && !(tab === 'setup' && IN_FORM.has(code)))
    .slice(0, MAX_SHOWN);
  const first = missing[0];
  const told = !first || tab === tabOf(first.at.path ?? []);
  if (others.length === 0 && told) return null;
  return (
    <ul className="mx-4 mb-2 flex flex-col gap-1.5">
      {told ? null : (
        <Line
          severity="error"
          text={
            missing.length === 1
              ? `${fieldName(first)} is still needed.`
              : `Still needed: ${missing.map(fieldName).join(', ')}.`
          }
          hint="Fill in"
          onClick={() => goTo(id, first.at.path)}
        />
      )}
      {others.map((problem) => (
        <Line
          problem={problem}
          key={`${problem.code}${problem.at.path?.join('.')}${problem.message}`}
          severity={problem.severity}
          text={problem.message}
          hint={problem.hint}
          onClick={() => goTo(id, problem.at.path)}
        />
      ))}
    </ul>
  );
}

function Line({
  severity,
  text,
  hint,
  problem,
  onClick,
}: {
  /** what can be done about it is offered below */
  problem?: Diagnostic;
  severity: Diagnostic['severity'];
  text: string;
  hint: string;
  onClick: () => void;
}) {
  return (
    <li className="flex flex-col gap-1">
      <button
        type="button"
        onClick={onClick}
        className={
          severity === 'error'
            ? 'w-full rounded-md border border-danger/35 bg-danger/6 px-2.5 py-1.5 text-left text-xs'
            : 'w-full rounded-md border border-warning/35 bg-warning/6 px-2.5 py-1.5 text-left text-xs'
        }
      >
        <span className="font-medium">{text}</span> <span className="text-muted">{hint}</span>
      </button>
      {problem ? <FieldFixes problem={problem} /> : null}
    </li>
  );
}

/** The field as its form calls it: the message quotes its title. */
const fieldName = ({ message, at }: Diagnostic): string =>
  / needs "([^"]+)"/.exec(message)?.[1] ?? String(at.path?.at(-1) ?? '');
