'use client';
import { useEffect, useRef, useState } from 'react';
import { Badge, Button, Checkbox, CopyButton, cn, ErrorNote, Field, Input, Section, Segmented } from '@/components/ui';
import { awsAccessAction, checkAwsAction } from '@/lib/actions/settings';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { AccessAnswer, AwsAccessView, PolicyDocument } from '@/lib/usecases/types';
import { AwsAnswers } from './AwsAnswers';
import { Scrolled } from './parts';

type Form = Record<keyof AwsAccessView['setup'], string>;
type Part = 'own' | 'states' | 'functions' | 'start';

const FIELDS: { name: keyof Form; label: string; hint: string; wide?: boolean }[] = [
  { name: 'region', label: 'Region', hint: 'Where everything is made, such as eu-central-1' },
  { name: 'account', label: 'Account', hint: '12 digits; a role’s ARN tells it too' },
  { name: 'bucket', label: 'Bucket', hint: 'One that exists; files are kept in it', wide: true },
  { name: 'statesRoleArn', label: 'Role of state machines', hint: 'ARN; its two policies are below', wide: true },
  { name: 'lambdaRoleArn', label: 'Role of functions', hint: 'ARN; its two policies are below', wide: true },
];
const PARTS: { value: Part; label: string }[] = [
  { value: 'own', label: 'Your own rights' },
  { value: 'states', label: 'State machines' },
  { value: 'functions', label: 'Functions' },
  { value: 'start', label: 'Start it' },
];

/** ms without typing before the policies are written anew */
const PAUSE_MS = 250;

/** What running on AWS takes, no more: policies narrowed to one's own account, and a check that asks AWS what is allowed. */
export function AwsCard({ access: known, target }: { access: AwsAccessView; target: 'local' | 'aws' }) {
  const [open, setOpen] = useState(target === 'aws');
  const [form, setForm] = useState<Form>(() => formOf(known.setup));
  const [access, setAccess] = useState(known);
  const [part, setPart] = useState<Part>('own');
  const [answers, setAnswers] = useState<AccessAnswer[] | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const asked = useRef(JSON.stringify(form));

  useEffect(() => {
    const text = JSON.stringify(form);
    if (text === asked.current) return;
    let late = false;
    const timer = setTimeout(async () => {
      const answer = await awsAccessAction(form).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
      if (late) return;
      asked.current = text;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setAccess(answer.value);
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [form]);

  async function check() {
    setBusy(true);
    setAnswers(null);
    const answer = await checkAwsAction(form).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem);
    if (answer.ok) setAnswers(answer.value);
  }

  const wrong = problem?.at?.path?.[0];
  const { policies, exports } = access;
  return (
    <Section
      title="Running on AWS"
      aside={target === 'aws' ? <Badge tone="accent">In use</Badge> : <Badge>Not in use</Badge>}
    >
      <p className="text-sm">
        The same workflows run on AWS Step Functions, Lambda and S3. Here is the least that this takes, as policies for
        your account, and a check that asks AWS what it allows and changes nothing there. No administrator’s rights are
        needed, and no key is stored or shown: the AWS SDK finds the credentials that this was started with.
      </p>
      {open ? (
        <>
          <form
            className="mt-4 grid gap-x-4 gap-y-3 sm:grid-cols-2"
            aria-label="What is known of AWS"
            onSubmit={(event) => {
              event.preventDefault();
              void check();
            }}
          >
            {FIELDS.map(({ name, label, hint, wide }) => (
              <Field
                key={name}
                label={label}
                hint={hint}
                error={wrong === name ? sentenceOf(problem) : null}
                className={wide ? 'sm:col-span-2' : ''}
              >
                {(control) => (
                  <Input
                    {...control}
                    spellCheck={false}
                    value={form[name]}
                    onChange={(event) => setForm({ ...form, [name]: event.target.value })}
                  />
                )}
              </Field>
            ))}
            <div className="flex flex-wrap items-center gap-3 sm:col-span-2">
              <Button type="submit" size="sm" variant="accent" busy={busy}>
                Check what AWS allows
              </Button>
              <p className="text-sm text-muted">Asks with reads only; it takes some seconds.</p>
            </div>
          </form>
          {problem && !FIELDS.some(({ name }) => name === wrong) ? (
            <ErrorNote problem={problem} className="mt-3" />
          ) : null}
          <div role="status">{answers ? <AwsAnswers answers={answers} /> : null}</div>
          <div className="mt-5 flex flex-col gap-3 border-t pt-4">
            <div className="-mx-1 overflow-x-auto px-1 pb-1">
              <Segmented<Part> label="Policies" value={part} onChange={setPart} options={PARTS} />
            </div>
            {part === 'start' ? (
              <Text label="In a shell, with credentials of AWS in it" text={exports} />
            ) : part === 'own' ? (
              <Policy label="For whoever starts Action Engine" document={policies.own} />
            ) : (
              <>
                <Policy
                  label={`Trust policy: who may be ${part === 'states' ? 'the state machines’' : 'the functions’'} role`}
                  document={policies[part].trust}
                />
                <Policy label="Permissions: what that role may do" document={policies[part].policy} />
              </>
            )}
            {policies.open.length > 0 ? (
              <p className="text-sm text-muted">
                Still to be filled in above:{' '}
                {policies.open.map((one) => one.toLowerCase().replaceAll('-', ' ')).join(', ')}. Until then, words in
                capitals stand for it.
              </p>
            ) : null}
          </div>
        </>
      ) : (
        <Button size="sm" className="mt-4" onClick={() => setOpen(true)}>
          Show what it takes
        </Button>
      )}
    </Section>
  );
}

const formOf = ({ region, account, bucket, statesRoleArn, lambdaRoleArn }: AwsAccessView['setup']): Form => ({
  region,
  account: account ?? '',
  bucket: bucket ?? '',
  statesRoleArn: statesRoleArn ?? '',
  lambdaRoleArn: lambdaRoleArn ?? '',
});

/** The checker's list has a mark before each sentence, and the field's name after it. */
const sentenceOf = (problem: ProblemView | null): string =>
  (problem?.message ?? '').replace(/^✖\s*/, '').split('\n')[0] ?? '';

const Policy = ({ label, document }: { label: string; document: PolicyDocument }) => (
  <Text label={label} text={JSON.stringify(document, null, 2)} />
);

/** A text to be taken along: long ones are scrolled, or shown whole. */
function Text({ label, text }: { label: string; text: string }) {
  const [whole, setWhole] = useState(false);
  const long = text.split('\n').length > 16;
  return (
    <div className="rounded-md border bg-sunken">
      <header className="flex min-h-9 flex-wrap items-center justify-between gap-x-3 border-b py-0.5 pr-1 pl-3">
        <h3 className="text-xs font-medium">{label}</h3>
        <span className="flex items-center gap-2">
          {long ? (
            <Checkbox
              label={<span className="text-xs">Whole</span>}
              checked={whole}
              onChange={(event) => setWhole(event.target.checked)}
            />
          ) : null}
          <CopyButton text={text} label={`Copy: ${label}`} />
        </span>
      </header>
      <Scrolled text={text} label={label} className={cn('px-3 py-2', !whole && 'max-h-72')} />
    </div>
  );
}
