'use client';
import { CircleCheck, CircleDashed, CircleHelp, CircleSlash, CircleX, ClipboardCopy } from 'lucide-react';
import { toast } from 'sonner';
import { Button, CopyButton, copyText, countText } from '@/components/ui';
import type { AccessAnswer } from '@/lib/usecases/types';
import { Scrolled } from './parts';

const STATUS: Record<AccessAnswer['status'], { word: string; Icon: typeof CircleX; tone: string }> = {
  allowed: { word: 'Allowed', Icon: CircleCheck, tone: 'text-success' },
  denied: { word: 'Denied', Icon: CircleX, tone: 'text-danger' },
  missing: { word: 'Not set up', Icon: CircleSlash, tone: 'text-warning' },
  unasked: { word: 'Not asked', Icon: CircleHelp, tone: 'text-warning' },
  untried: { word: 'Not tried', Icon: CircleDashed, tone: 'text-muted' },
};
const ORDER = ['denied', 'missing', 'unasked', 'allowed', 'untried'] as const;

/** What AWS said, row by row; where it refused, the statement that would allow it. */
export function AwsAnswers({ answers }: { answers: AccessAnswer[] }) {
  const counts = ORDER.flatMap((status) => {
    const count = answers.filter((one) => one.status === status).length;
    return count > 0 ? [`${count} ${STATUS[status].word.toLowerCase()}`] : [];
  });
  const missing = [
    ...new Map(answers.flatMap(({ statement }) => (statement ? [[statement.Sid, statement]] : []))).values(),
  ];
  // Ten rows that say the same need it once.
  const same = new Set(answers.filter(({ status }) => status === 'unasked').map(({ detail }) => detail));
  const common =
    same.size === 1 && answers.filter(({ status }) => status === 'unasked').length > 1 ? [...same][0] : null;
  return (
    <div className="mt-4">
      <p className="text-sm font-medium">{counts.join(', ')}</p>
      {missing.length > 0 ? (
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button
            size="sm"
            onClick={() =>
              void copyText(JSON.stringify({ Version: '2012-10-17', Statement: missing }, null, 2)).then(() =>
                toast.success('The policy is copied', {
                  description: 'In IAM, attach it to who starts Action Engine.',
                }),
              )
            }
          >
            <ClipboardCopy className="size-3.5" aria-hidden /> Copy a policy of what is denied
          </Button>
          <p className="text-sm text-muted">
            {countText(missing.length, 'statement')}; add them in IAM, then check again.
          </p>
        </div>
      ) : null}
      {common ? <p className="mt-1 text-sm break-words">{common}</p> : null}
      <ul className="mt-2 divide-y rounded-md border" aria-label="What AWS allows">
        {answers.map((answer) => (
          <Row key={answer.id} answer={answer} quiet={answer.detail === common} />
        ))}
      </ul>
    </div>
  );
}

function Row({ answer, quiet }: { answer: AccessAnswer; quiet: boolean }) {
  const { title, actions, status, detail, statement } = answer;
  const { word, Icon, tone } = STATUS[status];
  const text = statement && JSON.stringify(statement, null, 2);
  return (
    <li className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 px-3 py-2 text-sm max-sm:grid-cols-1">
      <span className={`flex h-5 items-center gap-1.5 font-medium ${tone}`}>
        <Icon className="size-4 shrink-0" aria-hidden />
        {word}
      </span>
      <div className="min-w-0">
        <p>{title}</p>
        <p className="text-xs break-words text-muted">{actions.join(', ')}</p>
        {status === 'allowed' || quiet ? null : <p className="mt-1 text-sm break-words text-muted">{detail}</p>}
        {text ? (
          <details className="mt-1">
            <summary className="inline-block min-h-6 cursor-pointer text-accent">
              Add this statement to your policy
            </summary>
            <div className="mt-1 flex items-start gap-2 rounded-md border bg-sunken py-1 pr-1 pl-3">
              <Scrolled text={text} label={`Statement for: ${title}`} className="min-w-0 flex-1 py-1" />
              <CopyButton text={text} label={`Copy the statement for: ${title}`} />
            </div>
          </details>
        ) : null}
      </div>
    </li>
  );
}
