'use client';
import { useState } from 'react';
import type { DraftExplanation, DraftQuestion, ExplainedStep } from '@/lib/draft/plan';
import { nodeById, useEditor } from '../editor/state/context';
import { Button } from '../ui/Button';
import { cn } from '../ui/cn';
import { Choices } from './Choices';
import { Arguments } from './origins';

/** What the draft was unsure of: a question at a time has a default, an answer is one undo step, and none is needed. */
export function DraftQuestions({ questions }: { questions: readonly DraftQuestion[] }) {
  const [left, setLeft] = useState(questions.map(({ id }) => id));
  const open = questions.filter(({ id }) => left.includes(id));
  if (open.length === 0) return null;
  const close = (id: string) => setLeft(left.filter((other) => other !== id));
  return (
    <ul aria-label="Questions about the draft" className="mt-2 flex flex-col gap-2">
      {open.map((question) => (
        <li key={question.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <span className="font-medium break-words">{question.text}</span>
          <Choices
            label={question.text}
            node={question.node}
            words={question.words}
            options={question.options}
            onChosen={() => close(question.id)}
          />
          <Button size="sm" variant="ghost" onClick={() => close(question.id)}>
            Just guess
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Words of the prompt that changed nothing: said plainly, so that nobody waits for them. */
export function LedToNothing({ unplaced }: { unplaced: DraftExplanation['unplaced'] }) {
  if (unplaced.length === 0) return null;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-1.5 text-xs">
      <span className="text-muted">Led to nothing:</span>
      {unplaced.map(({ text, start }) => (
        <span
          key={start}
          className="max-w-full rounded-full border border-dashed border-warning/60 px-2 py-0.5 break-words"
        >
          {text}
        </span>
      ))}
      <span className="text-muted">Say it below in other words, if it matters.</span>
    </p>
  );
}

/** The whole of it: the prompt with what each piece became, and step by step why. */
export function DraftWhy({ prompt, explanation }: { prompt: string; explanation: DraftExplanation }) {
  return (
    <div className="mt-3 max-h-[34vh] overflow-y-auto rounded-lg border bg-surface p-4">
      <Marked prompt={prompt} explanation={explanation} />
      <ol aria-label="Why each step" className="mt-4 flex flex-col gap-4">
        {explanation.steps.map((step, i) => (
          <li key={step.node} className="border-t pt-3">
            <WhyOne step={step} number={i + 1} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function WhyOne({ step, number }: { step: ExplainedStep; number: number }) {
  const node = useEditor(nodeById(step.node));
  const goTo = useEditor((state) => state.goTo);
  return (
    <>
      <p className="flex items-baseline gap-2">
        <span className="text-xs text-muted tabular-nums">{number}</span>
        {node ? (
          <button
            type="button"
            onClick={() => goTo(step.node)}
            className="min-h-6 rounded-sm font-medium underline-offset-2 hover:text-accent hover:underline"
          >
            {node.name}
          </button>
        ) : (
          <span className="font-medium line-through">{step.title}</span>
        )}
        {node ? null : <span className="text-xs text-muted">taken out since</span>}
      </p>
      <div className="mt-1 pl-4">
        <WhyBody step={step} />
      </div>
    </>
  );
}

/** Why a step is there and why so; the same on the draft's card and in the inspector. */
export function WhyBody({ step }: { step: ExplainedStep }) {
  const functions = useEditor((state) => state.functions);
  const taken = step.taken === null ? undefined : functions.get(step.taken);
  const words = step.asked.map(({ text }) => text).join(' … ');
  return (
    <div className="flex flex-col gap-2 text-sm">
      {words ? (
        <p className="break-words">
          <span className="text-muted">You said</span> “{words}”.
        </p>
      ) : null}
      <p className="break-words text-muted">{step.why}</p>
      {taken && step.others.length > 0 ? (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
          <span className="text-xs text-muted">Could also be</span>
          <Choices
            label={`Function of ${step.title}`}
            node={step.node}
            words={words}
            options={[{ name: taken.name, title: taken.title, why: taken.description }, ...step.others]}
          />
        </div>
      ) : null}
      {step.arguments.length > 0 ? <Arguments list={step.arguments} /> : null}
    </div>
  );
}

/** The prompt itself: what asked for a step leads to it, what led to nothing is dashed. */
function Marked({ prompt, explanation: { steps, unplaced } }: { prompt: string; explanation: DraftExplanation }) {
  const goTo = useEditor((state) => state.goTo);
  return (
    <p className="text-sm leading-7 break-words whitespace-pre-wrap">
      {piecesOf(prompt, steps, unplaced).map(({ start, text, step, lost }) => {
        const look = cn(
          lost && 'border-b-2 border-dashed border-warning',
          step && !lost && 'border-b-2 border-accent/50',
        );
        return step ? (
          <button
            key={start}
            type="button"
            onClick={() => goTo(step.node)}
            title={lost ? 'Led to nothing' : step.title}
            className={cn('min-h-6 text-left hover:text-accent', look)}
          >
            {text}
          </button>
        ) : (
          <span key={start} title={lost ? 'Led to nothing' : undefined} className={cn('text-muted', look)}>
            {text}
          </span>
        );
      })}
    </p>
  );
}

type Piece = { start: number; text: string; step: ExplainedStep | null; lost: boolean };

function piecesOf(prompt: string, steps: readonly ExplainedStep[], unplaced: DraftExplanation['unplaced']): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < prompt.length; at++) {
    const within = ({ start, end }: { start: number; end: number }) => at >= start && at < end;
    const step = steps.find(({ asked }) => asked.some(within)) ?? null;
    const lost = unplaced.some(within);
    const last = pieces.at(-1);
    if (last && last.step === step && last.lost === lost) last.text += prompt[at];
    else pieces.push({ start: at, text: prompt[at]!, step, lost });
  }
  return pieces;
}
