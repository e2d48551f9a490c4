'use client';
import { GitFork } from 'lucide-react';
import { useEffect, useId, useMemo, useState } from 'react';
import { forkPlanAction, forkRunAction } from '@/lib/actions/runs';
import { isObject, type Json, jsonEqual } from '@/lib/base/json';
import type { ProblemView } from '@/lib/base/problem';
import { isVariableName } from '@/lib/graph';
import type { StateVisit, Timeline } from '@/lib/history/timeline';
import type { ForkView, RunDetail } from '@/lib/usecases/types';
import { JsonInput, readJson } from '../editor/try/JsonInput';
import { Button } from '../ui/Button';
import { Skeleton } from '../ui/Card';
import { Dialog } from '../ui/Dialog';
import { ErrorNote } from '../ui/ErrorNote';
import { Select } from '../ui/Select';
import { STATUSES } from '../ui/status';
import { forkableVisits, timeOf } from './again';
import { laneText, statusOfStep } from './steps';
import { UNREACHABLE, useBegin } from './useBegin';

type Part = 'input' | 'variables' | 'workflowInput';
type Texts = Record<Part, string>;

/** A new run from one of the steps of a run, with what a person changes of what that step finds. */
export function ForkDialog({
  run,
  timeline,
  visit,
  onClose,
  onBegun,
}: {
  run: RunDetail;
  timeline: Timeline;
  /** `null`: to be chosen */
  visit: StateVisit | null;
  onClose: () => void;
  onBegun: (runId: string) => void;
}) {
  const visits = useMemo(() => forkableVisits(timeline), [timeline]);
  const [event, setEvent] = useState<number | null>(visit?.enteredEventId ?? visits[0]?.enteredEventId ?? null);
  const [found, setFound] = useState<{ event: number; plan: ForkView | null; problem: ProblemView | null } | null>(
    null,
  );
  const [texts, setTexts] = useState<Texts>({ input: '', variables: '', workflowInput: '' });
  const { begin, refused, going } = useBegin(onBegun);
  useEffect(() => {
    if (event === null) return;
    let live = true;
    void forkPlanAction({ id: run.id, event })
      .catch(() => null)
      .then((answer) => {
        if (!live) return;
        const plan = answer?.ok ? answer.value : null;
        if (plan) setTexts(textsOf(plan));
        setFound({ event, plan, problem: answer?.ok ? null : (answer?.problem ?? UNREACHABLE) });
      });
    return () => {
      live = false;
    };
  }, [run.id, event]);
  const known = found?.event === event ? found : null;
  const plan = known?.plan ?? null;
  const problem = refused ?? known?.problem ?? null;
  const read = plan ? valuesOf(texts, plan) : null;
  const start = () => {
    if (plan && read && event !== null)
      void begin(forkRunAction({ id: run.id, event, revision: plan.revision, ...read }));
  };
  const chosen = useId();
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={onClose}
      title={plan ? `Fork from “${plan.step.name}”` : 'Fork this run'}
      description="Starts a new run of the workflow as it is now, beginning at this step with what is written here. What came before is not run again, and this run stays as it is."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" busy={going} disabled={!read} onClick={start}>
            {going ? null : <GitFork className="size-3.5" aria-hidden />} Start the fork
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <label htmlFor={chosen} className="font-medium">
            Begin with
          </label>
          <span className="min-w-56 flex-1">
            <Select
              id={chosen}
              value={event === null ? undefined : String(event)}
              onChange={(next) => setEvent(Number(next))}
              options={choices(visits, visit)}
            />
          </span>
        </div>
        {visits.length === 0 && event === null ? <p className="text-muted">No step of this run has begun.</p> : null}
        {plan ? (
          <Carried plan={plan} texts={texts} onChange={(more) => setTexts((old) => ({ ...old, ...more }))} />
        ) : problem || event === null ? null : (
          <Skeleton className="h-48" />
        )}
        {problem ? <ErrorNote problem={problem} /> : null}
      </div>
    </Dialog>
  );
}

/** A step inside of a Map or Parallel is in the list where it was asked for: what is begun with then is said below. */
function choices(visits: StateVisit[], asked: StateVisit | null) {
  const all = asked && !visits.includes(asked) && asked.lane ? [asked, ...visits] : visits;
  return all.map((one) => {
    const [more, word] = [one.lane ? laneText(one.lane) : timeOf(one, visits), STATUSES[statusOfStep(one.status)].word];
    return {
      value: String(one.enteredEventId),
      label: more ? `${one.name} (${more})` : one.name,
      hint: word,
    };
  });
}

const LABELS: Record<Part, string> = {
  input: 'Input of the step',
  variables: 'Variables that earlier steps kept',
  workflowInput: 'Input of the run',
};

function Carried({
  plan,
  texts,
  onChange,
}: {
  plan: ForkView;
  texts: Texts;
  onChange: (more: Partial<Texts>) => void;
}) {
  const parts = partsOf(plan);
  const was = textsOf(plan);
  const changed = parts.filter((part) => differs(texts[part], was[part]));
  const [first, rest] = [parts.filter((part) => isRead(plan, part)), parts.filter((part) => !isRead(plan, part))];
  const field = (part: Part) => (
    <JsonInput
      key={part}
      label={plan.whole ? LABELS.workflowInput : LABELS[part]}
      hint={hintOf(plan, part)}
      value={texts[part]}
      onChange={(text) => onChange({ [part]: text })}
    />
  );
  const problem = variableProblem(texts.variables, parts);
  return (
    <>
      <p className="text-muted">
        {plan.ranRevision !== null && plan.ranRevision !== plan.revision
          ? `The workflow was changed since: version ${plan.ranRevision} was run, version ${plan.revision} will be.`
          : 'The workflow was not changed since.'}
        {plan.asked === plan.step.name
          ? ''
          : ` “${plan.asked}” ran inside of “${plan.step.name}”: no run can begin in there, so that is done again as a whole.`}{' '}
        Every step is done for real, also one that was mocked.
      </p>
      {first.map(field)}
      {problem ? <p className="text-xs text-danger">{problem}</p> : null}
      {rest.length > 0 ? (
        <details open={first.length === 0}>
          <summary className="min-h-6 cursor-pointer font-medium">
            Also carried over <span className="font-normal text-muted">– this step does not read it itself</span>
          </summary>
          <div className="mt-3 flex flex-col gap-4">{rest.map(field)}</div>
        </details>
      ) : null}
      <p className="flex min-h-7 flex-wrap items-center gap-2 text-xs text-muted" role="status">
        {changed.length === 0
          ? 'Nothing is changed: the same is done again.'
          : `Changed: ${changed.map((part) => (plan.whole ? LABELS.workflowInput : LABELS[part])).join(', ')}.`}
        {changed.length > 0 ? (
          <Button size="sm" variant="ghost" onClick={() => onChange(was)}>
            As it was
          </Button>
        ) : null}
      </p>
    </>
  );
}

/** What the step reads comes first: that is what a person came to change. */
const readFirst = ({ variables, reads }: ForkView): Record<string, Json> =>
  Object.fromEntries([
    ...Object.entries(variables).filter(([name]) => reads.variables.includes(name)),
    ...Object.entries(variables).filter(([name]) => !reads.variables.includes(name)),
  ]);
const asText = (value: Json): string => JSON.stringify(value, null, 2);
const textsOf = (plan: ForkView): Texts => ({
  input: asText(plan.input),
  variables: asText(readFirst(plan)),
  workflowInput: asText(plan.workflowInput),
});
/** What there is to be changed: where the workflow itself begins, its input and nothing else. */
const partsOf = (plan: ForkView): Part[] =>
  plan.whole
    ? ['input']
    : Object.keys(plan.variables).length > 0
      ? ['variables', 'input', 'workflowInput']
      : ['input', 'workflowInput'];
const isRead = (plan: ForkView, part: Part): boolean =>
  plan.whole || (part === 'variables' ? plan.reads.variables.length > 0 : plan.reads[part]);

function hintOf({ reads, whole }: ForkView, part: Part): string | undefined {
  if (whole) return undefined;
  if (part === 'variables' && reads.variables.length > 0)
    return `This step reads ${reads.variables.map((name) => `$${name}`).join(', ')}.`;
  return undefined;
}

const differs = (text: string, was: string): boolean => {
  const [now, before] = [readJson(text), readJson(was)];
  return !('value' in now) || !('value' in before) || !jsonEqual(now.value, before.value);
};

function variableProblem(text: string, parts: Part[]): string | null {
  const read = readJson(text);
  if (!parts.includes('variables') || !('value' in read)) return null;
  if (!isObject(read.value)) return 'Variables are an object: a name and a value each.';
  const odd = Object.keys(read.value).find((name) => !isVariableName(name));
  return odd === undefined ? null : `“${odd}” is no name for a variable: letters, digits and _ only.`;
}

function valuesOf(
  texts: Texts,
  plan: ForkView,
): { input: Json; variables: Record<string, Json>; workflowInput: Json } | null {
  const [input, variables, workflowInput] = [texts.input, texts.variables, texts.workflowInput].map(readJson);
  if (!input || !variables || !workflowInput) return null;
  if (!('value' in input) || !('value' in variables) || !('value' in workflowInput)) return null;
  if (!isObject(variables.value) || variableProblem(texts.variables, partsOf(plan))) return null;
  return { input: input.value, variables: variables.value, workflowInput: workflowInput.value };
}
