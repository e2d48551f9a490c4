'use client';
import type { ReactNode } from 'react';
import { Badge, Section } from '@/components/ui';
import { testCloudAction } from '@/lib/actions/settings';
import type { AwsAccessView, IsolationView, SecretView, SettingsView } from '@/lib/usecases/types';
import { AppearanceCard } from './AppearanceCard';
import { AwsCard } from './AwsCard';
import { DataCard } from './DataCard';
import { EmbeddingsCard } from './EmbeddingsCard';
import { ModelCard } from './ModelCard';
import { Facts, Test } from './parts';
import { SecretsCard } from './SecretsCard';
import { ShortcutsCard } from './ShortcutsCard';

/** How functions are kept apart from the rest, in words, by level. */
const ISOLATION = [
  'Level 0: each function is a process with its own environment and limits on memory and time. It can read what you can read.',
  'Level 1: a JavaScript function also reads and writes only its own files, and starts no programs. It can use your network.',
  'Level 2: a function also sees nothing of your files, your other programs or other functions, and uses the network only if it says that it needs to.',
];
const TREE = ' All that it started ends with it.';

/** Where it runs and which model drafts, each with a button that tries it; secrets, looks, and what is kept. */
export function SettingsScreen({
  settings,
  secrets,
  access,
}: {
  settings: SettingsView;
  secrets: SecretView[];
  access: AwsAccessView;
}) {
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
          {target === 'local'
            ? 'A function may be called more than once after a crash (at least once); the result of a step is recorded exactly once.'
            : 'Credentials come from the AWS SDK’s own chain and are never stored here.'}
        </p>
        <Test label="Test the connection" action={testCloudAction} />
      </Section>
      <AwsCard access={access} target={target} />
      <ModelCard model={model} />
      <EmbeddingsCard embeddings={settings.embeddings} />
      <SecretsCard secrets={secrets} target={target} />
      <AppearanceCard />
      <ShortcutsCard />
      <DataCard settings={settings} secrets={secrets} />
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
