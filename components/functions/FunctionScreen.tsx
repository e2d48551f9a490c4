'use client';
import { CircleX, Play } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import {
  Ago,
  Badge,
  Button,
  defaultsOf,
  durationText,
  ErrorNote,
  type FormErrors,
  JsonView,
  SchemaForm,
  Section,
  typeText,
  uploadFile,
  validateValue,
} from '@/components/ui';
import { tryFunctionAction } from '@/lib/actions/functions';
import type { Json } from '@/lib/base/json';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { FunctionDetail, FunctionTry } from '@/lib/usecases/types';
import { RemoveFunction } from './RemoveFunction';
import { SourceSection } from './SourceSection';
import { VersionsSection } from './VersionsSection';

/** One function: what it takes and gives, its source, and a form to try it. */
export function FunctionScreen({ detail }: { detail: FunctionDetail }) {
  const { manifest, source, usedBy, own, lastError } = detail;
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="text-xl font-semibold">{manifest.title}</h1>
          <code className="text-sm text-muted">{manifest.name}</code>
          <span className="flex flex-wrap gap-1.5">
            <Badge>{manifest.runtime}</Badge>
            <Badge>{manifest.memory} MB</Badge>
            <Badge>{manifest.timeout} s at most</Badge>
          </span>
          {own ? <RemoveFunction name={manifest.name} title={manifest.title} usedBy={usedBy.length} /> : null}
        </div>
        <p className="max-w-3xl text-muted">{manifest.description}</p>
        {manifest.stub ? (
          <p className="max-w-3xl rounded-lg border border-dashed border-warning bg-warning/6 p-3 text-sm">
            A stub: it answers made-up data until you write its handler below.
          </p>
        ) : null}
        {typeof manifest.writtenBy === 'string' ? (
          <p className="text-sm text-muted">Written by {manifest.writtenBy}; reviewed and kept here.</p>
        ) : null}
        {manifest.secrets?.length ? (
          <p className="text-sm text-muted">
            Receives {manifest.secrets.join(', ')}
            {manifest.missingSecrets?.length ? (
              <>
                ; <span className="text-danger">{manifest.missingSecrets.join(', ')} not set</span>
              </>
            ) : null}
            .{' '}
            <Link className="text-accent underline-offset-2 hover:underline" href="/settings">
              Set it in Settings
            </Link>
          </p>
        ) : null}
        {usedBy.length > 0 ? (
          <p className="text-sm text-muted">
            Used by{' '}
            {usedBy.map(({ id, name }, i) => (
              <span key={id}>
                {i > 0 ? ', ' : ''}
                <Link className="text-accent underline-offset-2 hover:underline" href={`/workflows/${id}`}>
                  {name}
                </Link>
              </span>
            ))}
          </p>
        ) : null}
        {lastError ? (
          <div className="flex max-w-3xl items-start gap-2 rounded-lg border border-danger/40 bg-danger/6 px-3 py-2.5 text-sm">
            <CircleX className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
            <div className="min-w-0">
              <p className="break-words">
                Failed last <Ago at={lastError.at} /> in{' '}
                <Link className="text-accent underline-offset-2 hover:underline" href={`/runs/${lastError.runId}`}>
                  a run of {lastError.runName ? `“${lastError.runName}”` : 'a workflow that is gone'}
                </Link>
                : <span className="font-medium">{lastError.error}</span>
              </p>
              {lastError.cause ? (
                <p className="mt-0.5 line-clamp-3 break-words text-muted">{saidIn(lastError.cause)}</p>
              ) : null}
            </div>
          </div>
        ) : null}
      </header>
      <div className="grid gap-6 lg:grid-cols-2">
        <TryIt detail={detail} />
        <Section title="Input and output" className="min-w-0 self-start">
          <Schema title="Takes" schema={manifest.input} required />
          <Schema title="Gives" schema={manifest.output} />
        </Section>
      </div>
      <SourceSection name={manifest.name} source={source} own={own} />
      {own ? <VersionsSection name={manifest.name} source={source} /> : null}
    </div>
  );
}

/** Lambda's cause is JSON with the message in it. */
function saidIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' && errorMessage !== '' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

function Schema({ title, schema, required }: { title: string; schema: JsonSchema; required?: boolean }) {
  const fields = Object.entries(schema.properties ?? {});
  return (
    <div className="mb-4 last:mb-0">
      <h3 className="mb-1 text-xs font-medium text-muted">{title}</h3>
      {fields.length === 0 ? <p className="text-sm text-muted">Nothing in particular.</p> : null}
      <dl className="divide-y">
        {fields.map(([name, field]) => (
          <div key={name} className="py-2">
            <dt className="flex items-baseline gap-2 text-sm">
              <code className="font-medium">{name}</code>
              {required && schema.required?.includes(name) ? (
                <span className="text-xs text-danger">required</span>
              ) : null}
              <span className="text-xs text-muted">{typeText(field)}</span>
            </dt>
            {field.description ? <dd className="mt-0.5 text-sm text-muted">{field.description}</dd> : null}
          </div>
        ))}
      </dl>
    </div>
  );
}

function TryIt({ detail: { manifest } }: { detail: FunctionDetail }) {
  const example = manifest.examples[0]?.input as Json | undefined;
  // An example's file does not exist here: a person attaches one.
  const [input, setInput] = useState<Json | undefined>(
    () => withoutFiles(manifest.input, example) ?? defaultsOf(manifest.input),
  );
  const [errors, setErrors] = useState<FormErrors>({});
  const [result, setResult] = useState<FunctionTry | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);

  async function run() {
    const found = validateValue(manifest.input, input);
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setProblem(null);
    setResult(null);
    const answer = await tryFunctionAction({ name: manifest.name, input: input ?? {} }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (answer.ok) setResult(answer.value);
    else setProblem(answer.problem);
  }

  return (
    <Section title="Try it" className="min-w-0 self-start">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <SchemaForm
          schema={manifest.input}
          value={input}
          onChange={setInput}
          errors={errors}
          onUpload={(file) => uploadFile(file)}
        />
        <div>
          <Button type="submit" variant="accent" busy={busy}>
            <Play className="size-3.5" aria-hidden /> {busy ? 'Running…' : 'Run it'}
          </Button>
        </div>
        <div aria-live="polite" className="flex flex-col gap-3">
          {problem ? <ErrorNote problem={problem} /> : null}
          {result?.error ? (
            <ErrorNote
              problem={{
                message: `${result.error.type}: ${result.error.message}`,
                hint: `It ran for ${durationText(result.ms)}. Its log is below.`,
              }}
            />
          ) : null}
          {result?.ok ? (
            <div>
              <p className="mb-1 text-xs text-muted">Answered in {durationText(result.ms)}</p>
              <JsonView value={result.output} label="Output" />
            </div>
          ) : null}
          {result?.log ? (
            <details>
              <summary className="cursor-pointer text-sm text-muted">Log</summary>
              <pre className="mt-2 max-h-60 overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs">
                {result.log}
              </pre>
            </details>
          ) : null}
        </div>
      </form>
    </Section>
  );
}

function withoutFiles(schema: JsonSchema, example: Json | undefined): Json | undefined {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  return Object.fromEntries(Object.entries(example).filter(([name]) => schema.properties?.[name]?.format !== 's3-uri'));
}
