'use client';
import { useState } from 'react';
import { Badge, Button, ErrorNote, Field, Input, Section } from '@/components/ui';
import { setSecretAction } from '@/lib/actions/settings';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { SecretView } from '@/lib/usecases/types';

/** What functions need to prove who they are: set, replaced or forgotten here, and never shown. */
export function SecretsCard({ secrets: known, target }: { secrets: SecretView[]; target: 'local' | 'aws' }) {
  const [secrets, setSecrets] = useState(known);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function save(name: string, value: string | null): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    const answer = await setSecretAction({ name, value }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) {
      setProblem(answer.problem);
      return false;
    }
    setSecrets(answer.value);
    setOpen(null);
    return true;
  }

  return (
    <Section title="Secrets of functions">
      <p className="text-sm text-muted">
        Kept in a file that only you can read, never shown again and never exported. Only the functions that name a
        secret receive it
        {target === 'local'
          ? ', in their environment on this machine.'
          : ': when they are deployed, it becomes an environment variable of these functions on AWS, where whoever may read their configuration can see it.'}
      </p>
      {problem ? <ErrorNote problem={problem} className="mt-3" /> : null}
      <ul className="mt-3 divide-y" aria-label="Secrets">
        {secrets.map((secret) => (
          <li key={secret.name} className="flex flex-col gap-2 py-3 first:pt-0 last:pb-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <code className="text-sm font-medium break-all">{secret.name}</code>
              <Badge tone={secret.set ? 'success' : 'neutral'}>{secret.set ? 'Set' : 'Not set'}</Badge>
              <span className="min-w-0 flex-1 text-sm text-muted max-sm:order-1 max-sm:basis-full">
                {secret.neededBy.length > 0
                  ? `For ${secret.neededBy.map(({ title }) => title).join(', ')}`
                  : 'No function names it'}
              </span>
              <Button
                size="sm"
                className="max-sm:ml-auto"
                aria-label={`${secret.set ? 'Replace' : 'Set'} ${secret.name}`}
                onClick={() => setOpen(open === secret.name ? null : secret.name)}
              >
                {secret.set ? 'Replace' : 'Set'}
              </Button>
              {secret.set ? (
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Forget ${secret.name}`}
                  busy={busy}
                  onClick={() => void save(secret.name, null)}
                >
                  Forget
                </Button>
              ) : null}
            </div>
            {open === secret.name ? <ValueForm name={secret.name} busy={busy} onSave={save} /> : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ValueForm({
  name,
  busy,
  onSave,
}: {
  name: string;
  busy: boolean;
  onSave: (name: string, value: string) => Promise<boolean>;
}) {
  const [value, setValue] = useState('');
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void onSave(name, value).then((done) => {
          if (done) setValue('');
        });
      }}
    >
      <Field label={`Value of ${name}`} className="min-w-0 flex-1">
        {(control) => (
          <Input
            {...control}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" size="sm" variant="accent" busy={busy} disabled={value.trim() === ''}>
        Keep it
      </Button>
    </form>
  );
}
