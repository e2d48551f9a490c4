'use client';
import { Eye, Play } from 'lucide-react';
import { useState } from 'react';
import { Button, CopyButton, ErrorNote, Field, IconButton, Select, Textarea } from '@/components/ui';
import { getInvokeAction, getWorkflowAction } from '@/lib/actions/workflows';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { JsonSchema } from '@/lib/functions/manifest';

/** What stands in for a value that the schema has no default for. */
const sample = (schema: JsonSchema): unknown =>
  schema.default ??
  schema.examples?.[0] ??
  ({ number: 0, integer: 0, boolean: false, array: [], object: {} } as Record<string, unknown>)[String(schema.type)] ??
  '';

/** Each workflow by its URL: pick one, change the input, call it from here or copy the line for a shell. */
export function RunByUrl({ workflows }: { workflows: { id: string; name: string }[] }) {
  const [id, setId] = useState<string>();
  const [input, setInput] = useState('{}');
  const [invoke, setInvoke] = useState<{ path: string; token: string } | null>(null);
  const [shown, setShown] = useState(false);
  const [answer, setAnswer] = useState<{ status: number; text: string } | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);

  async function choose(chosen: string) {
    setId(chosen);
    setAnswer(null);
    setProblem(null);
    const [workflow, how] = await Promise.all([getWorkflowAction(chosen), getInvokeAction(chosen)]);
    if (!workflow.ok) return setProblem(workflow.problem);
    if (!how.ok) return setProblem(how.problem);
    const fields = Object.entries(workflow.value.document.input.properties ?? {});
    setInput(JSON.stringify(Object.fromEntries(fields.map(([name, schema]) => [name, sample(schema)])), null, 2));
    setInvoke(how.value);
  }

  async function call() {
    setProblem(null);
    try {
      JSON.parse(input);
    } catch (error) {
      return setProblem({
        code: 'NOT_JSON',
        message: `The input is not JSON: ${error instanceof Error ? error.message : error}.`,
        hint: 'Mend it, then run again.',
      });
    }
    setBusy(true);
    try {
      const response = await fetch(invoke!.path, {
        method: 'POST',
        headers: { authorization: `Bearer ${invoke!.token}`, 'content-type': 'application/json' },
        body: input,
      });
      const text = await response.text();
      setAnswer({ status: response.status, text: JSON.stringify(JSON.parse(text), null, 2) });
    } catch (error) {
      setProblem(viewOf(error));
    }
    setBusy(false);
  }

  const url = invoke && typeof window !== 'undefined' ? `${window.location.origin}${invoke.path}` : '';
  const curl = (token: string) =>
    `curl -X POST '${url}' \\\n  -H 'Authorization: Bearer ${token}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${input.replaceAll("'", "'\\''").replace(/\n\s*/g, ' ')}'`;

  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3">
        <Field label="Workflow">
          {(control) => (
            <Select
              {...control}
              value={id}
              onChange={(value) => void choose(value)}
              placeholder="Choose a workflow…"
              options={workflows.map((workflow) => ({ value: workflow.id, label: workflow.name }))}
            />
          )}
        </Field>
        <Field label="Input (JSON)">
          {(control) => (
            <Textarea
              {...control}
              rows={5}
              spellCheck={false}
              className="font-mono text-xs"
              value={input}
              onChange={(event) => setInput(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button disabled={!invoke} busy={busy} onClick={() => void call()}>
            <Play className="size-3.5" aria-hidden /> Run by URL
          </Button>
        </div>
        {problem ? <ErrorNote problem={problem} /> : null}
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        {invoke ? (
          <div className="relative rounded-lg border bg-sunken">
            <pre className="p-3 pr-20 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap">
              {curl(shown ? invoke.token : '••••••••')}
            </pre>
            <div className="absolute top-1.5 right-1.5 flex gap-1">
              <IconButton
                size="sm"
                label={shown ? 'Hide the token' : 'Show the token'}
                pressed={shown}
                onClick={() => setShown(!shown)}
              >
                <Eye className="size-3.5" />
              </IconButton>
              <CopyButton text={curl(invoke.token)} label="Copy the curl line" />
            </div>
          </div>
        ) : (
          <p className="rounded-lg border border-dashed p-4 text-sm text-muted">
            Each workflow answers at a URL of its own: JSON in, output out. Choose one to see its address and a line for
            your shell. The whole API is described under API.
          </p>
        )}
        {answer ? (
          <div className="rounded-lg border bg-sunken p-3" aria-live="polite">
            <p className="mb-1 text-xs font-medium text-muted">HTTP {answer.status}</p>
            <pre className="max-h-60 overflow-auto font-mono text-xs">{answer.text}</pre>
          </div>
        ) : null}
      </div>
    </div>
  );
}
