'use client';
import { ClipboardCopy, Download } from 'lucide-react';
import { toast } from 'sonner';
import { Button, copyText, Section } from '@/components/ui';
import type { SecretView, SettingsView } from '@/lib/usecases/types';
import { EraseData } from './EraseData';

/** What is kept: taken out as a zip, or erased; and how this installation stands, to be copied into a report. */
export function DataCard({ settings, secrets }: { settings: SettingsView; secrets: SecretView[] }) {
  return (
    <Section title="Your data">
      <p className="text-sm">
        The export holds every workflow (as a document and as States Language), named versions, runs with their inputs
        and results, prompts, and functions of your own. No secret, key or token is in it; files are on the Files page.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button asChild size="sm">
          <a href="/settings/export" download>
            <Download className="size-3.5" aria-hidden /> Export everything
          </a>
        </Button>
        <Button
          size="sm"
          onClick={() =>
            void copyText(diagnosis(settings, secrets)).then(() =>
              toast.success('The diagnostics are copied', { description: 'No key, secret or prompt is in them.' }),
            )
          }
        >
          <ClipboardCopy className="size-3.5" aria-hidden /> Copy diagnostics
        </Button>
      </div>
      <EraseData target={settings.target} />
    </Section>
  );
}

/** Plain text for a report: what runs where, and what does not. Names only, never a value. */
function diagnosis({ target, cloud, model, version }: SettingsView, secrets: SecretView[]): string {
  const names = (set: boolean) => secrets.flatMap((one) => (one.set === set ? [one.name] : [])).join(', ') || 'none';
  const { isolation } = cloud;
  return [
    `Action Engine ${version}`,
    `Target: ${target}, ${cloud.region}, ${cloud.ready ? 'ready' : `not ready: ${cloud.problem ?? 'no reason given'}`}`,
    ...(isolation
      ? [
          `Isolation: level ${isolation.level}, namespaces ${isolation.namespaces ? 'yes' : 'no'}`,
          ...isolation.functions.flatMap(({ name, why }) => (why ? [`  ${name}: ${why}`] : [])),
        ]
      : []),
    `Model: ${model.provider}${model.model ? `, ${model.model}` : ''}, key ${model.hasKey ? 'set' : 'not set'}`,
    `Secrets set: ${names(true)}; not set: ${names(false)}`,
    `Browser: ${navigator.userAgent}`,
    `At: ${new Date().toISOString()}`,
  ].join('\n');
}
