'use client';
import { CheckCircle2, CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Badge, Button, Section } from '@/components/ui';
import { testCloudAction, testModelAction } from '@/lib/actions/settings';
import { type Result, viewOf } from '@/lib/base/problem';
import type { SettingsView } from '@/lib/usecases/types';

const PROVIDERS = {
  none: 'Offline planner',
  openai: 'OpenAI',
  huggingface: 'Hugging Face',
  compatible: 'OpenAI-compatible server',
};

/** How functions are kept apart from the rest, in words. */
const ISOLATION: Record<string, string> = {
  process:
    'Level 0: each function is a process of its own, with its own environment and limits on memory and time. It can read what you can read.',
  namespace:
    'Level 0, in a process namespace: own environment, limits on memory and time, and its whole tree of processes ends with it. It can read files that you can read.',
};

/** Where it runs and which model drafts, each with a button that tries it. */
export function SettingsScreen({ settings }: { settings: SettingsView }) {
  const { cloud, model, target } = settings;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <Section
        title="Where it runs"
        aside={<Badge tone={cloud.ready ? 'success' : 'danger'}>{cloud.ready ? 'Ready' : 'Not ready'}</Badge>}
      >
        <Facts
          rows={[
            ['Target', target === 'local' ? 'The local cloud, on this machine' : `AWS, ${cloud.region}`],
            ...(cloud.endpoint ? [['Address', <code key="a">{cloud.endpoint}</code>] as [string, ReactNode]] : []),
            [
              'Data',
              <code key="d" className="break-all">
                {settings.dataDir}
              </code>,
            ],
            ...(cloud.isolation !== null
              ? [['Isolation', ISOLATION[cloud.isolation] ?? cloud.isolation] as [string, ReactNode]]
              : []),
          ]}
        />
        <p className="mt-3 text-sm text-muted">
          {target === 'local' ? (
            <>
              To run on AWS, start with <code>ACTION_ENGINE_TARGET=aws</code>; docs/aws.md lists what it needs. A
              function may be called more than once after a crash (at least once); the result of a step is recorded
              exactly once.
            </>
          ) : (
            'Credentials come from the AWS SDK’s own chain and are never stored here.'
          )}
        </p>
        <Test label="Test the connection" action={testCloudAction} />
      </Section>
      <Section
        title="Which model drafts"
        aside={<Badge tone={model.provider === 'none' ? 'neutral' : 'accent'}>{PROVIDERS[model.provider]}</Badge>}
      >
        {model.provider === 'none' ? (
          <p className="text-sm">
            Using the offline planner: it works from the functions’ descriptions, with no key and no network. For freer
            wording set <code>OPENAI_API_KEY</code>, <code>HF_TOKEN</code>, or <code>OPENAI_BASE_URL</code> for a server
            of your own (Ollama, vLLM, llama.cpp), and start again.
          </p>
        ) : (
          <>
            <Facts
              rows={[
                ['Model', <code key="m">{model.model}</code>],
                ...(model.baseUrl ? [['Server', <code key="b">{model.baseUrl}</code>] as [string, ReactNode]] : []),
                ['Key', model.hasKey ? 'Set in the environment; it never leaves this server' : 'None'],
              ]}
            />
            <Test label="Test the model" action={testModelAction} />
          </>
        )}
      </Section>
      <p className="text-xs text-muted">Action Engine {settings.version}</p>
    </div>
  );
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[7rem_1fr] gap-x-4 gap-y-2 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Test({ label, action }: { label: string; action: () => Promise<Result<{ ok: boolean; detail: string }>> }) {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ ok: boolean; detail: string } | null>(null);
  async function run() {
    setBusy(true);
    setResult(null);
    const answer = await action().catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setBusy(false);
    setResult(answer.ok ? answer.value : { ok: false, detail: `${answer.problem.message} ${answer.problem.hint}` });
  }
  return (
    <div className="mt-4 flex flex-wrap items-center gap-3">
      <Button size="sm" busy={busy} onClick={() => void run()}>
        {label}
      </Button>
      <p role="status" className="flex min-w-0 items-center gap-1.5 text-sm">
        {result ? (
          result.ok ? (
            <CheckCircle2 className="size-4 shrink-0 text-success" aria-label="It works" />
          ) : (
            <CircleAlert className="size-4 shrink-0 text-danger" aria-label="It does not work" />
          )
        ) : null}
        <span className="min-w-0 break-words">{result?.detail}</span>
      </p>
    </div>
  );
}
