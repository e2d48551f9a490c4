'use client';
import { CheckCircle2, CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Badge, Button, countText, Section } from '@/components/ui';
import { testCloudAction, testModelAction } from '@/lib/actions/settings';
import { type Result, viewOf } from '@/lib/base/problem';
import type { IsolationView, SecretView, SettingsView } from '@/lib/usecases/types';
import { SecretsCard } from './SecretsCard';

const PROVIDERS = {
  none: 'Offline planner',
  openai: 'OpenAI',
  huggingface: 'Hugging Face',
  compatible: 'OpenAI-compatible server',
};

/** How functions are kept apart from the rest, in words, by level. */
const ISOLATION = [
  'Level 0: each function is a process with its own environment and limits on memory and time. It can read what you can read.',
  'Level 1: a JavaScript function also reads and writes only its own files, and starts no programs. It can use your network.',
  'Level 2: a function also sees nothing of your files, your other programs or other functions, and uses the network only if it says that it needs to.',
];
const TREE = ' All that it started ends with it.';

/** Where it runs and which model drafts, each with a button that tries it. */
export function SettingsScreen({ settings, secrets }: { settings: SettingsView; secrets: SecretView[] }) {
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
              ? [['Isolation', <Isolation key="i" isolation={cloud.isolation} />] as [string, ReactNode]]
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
                [
                  'Today',
                  model.spent && model.spent.calls > 0
                    ? `${countText(model.spent.calls, 'call')}, about ${model.spent.tokens.toLocaleString('en')} tokens, since the server was started`
                    : 'Not asked yet',
                ],
              ]}
            />
            <Test label="Test the model" action={testModelAction} />
          </>
        )}
      </Section>
      <SecretsCard secrets={secrets} target={target} />
      <p className="text-xs text-muted">Action Engine {settings.version}</p>
    </div>
  );
}

function Isolation({ isolation }: { isolation: IsolationView }) {
  const { level, namespaces, functions } = isolation;
  return (
    <>
      <p>
        {ISOLATION[level]}
        {namespaces ? TREE : ''}
      </p>
      {functions.length > 0 ? (
        <details className="mt-1">
          <summary className="cursor-pointer text-muted">Level of each function</summary>
          <ul className="mt-1 flex flex-col gap-1">
            {functions.map((one) => (
              <li key={one.name} className="break-words">
                <code>{one.name}</code>:{' '}
                {one.level === null
                  ? 'not run'
                  : `level ${one.level}, ${one.network === 'none' ? 'no network' : 'your network'}`}
                {one.why ? <span className="text-muted"> ({one.why})</span> : null}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm [&_code]:break-all max-sm:grid-cols-[5rem_minmax(0,1fr)]">
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
