'use client';
import { History } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { Ago, Badge, Button, CodeField, Dialog, ErrorNote, Section, Tabs } from '@/components/ui';
import { functionVersionsAction, restoreVersionAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FunctionVersionView } from '@/lib/usecases/types';
import { languageOf } from './SourceSection';

type Props = { name: string; source: { file: string; text: string }[] };

/** What a function of the owner's was before it was changed: listed, looked at, brought back. */
export function VersionsSection({ name, source }: Props) {
  const router = useRouter();
  const [versions, setVersions] = useState<FunctionVersionView[] | null>(null);
  const [shown, setShown] = useState<FunctionVersionView | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const state = JSON.stringify(source);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what was saved made a version
  useEffect(() => {
    let late = false;
    void functionVersionsAction(name)
      .catch((error) => ({ ok: false as const, problem: viewOf(error) }))
      .then((answer) => {
        if (late) return;
        if (answer.ok) setVersions(answer.value);
        else setProblem(answer.problem);
      });
    return () => {
      late = true;
    };
  }, [name, state]);

  async function restore(at: number) {
    setBusy(true);
    setProblem(null);
    const answer = await restoreVersionAction({ name, at }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    setShown(null);
    router.refresh();
  }

  if (versions === null && !problem) return null;
  return (
    <Section title="Versions" className="min-w-0">
      {problem && !shown ? <ErrorNote problem={problem} className="mb-3" /> : null}
      {versions?.length === 0 ? (
        <p className="flex items-center gap-2 text-sm text-muted">
          <History className="size-4 shrink-0" aria-hidden />
          None yet. Each time that its source is saved or it is replaced, what was there before is kept: the last 20.
        </p>
      ) : (
        <ul aria-label="Versions" className="divide-y">
          {versions?.map((version) => (
            <li
              key={version.at}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm first:pt-0 last:pb-0"
            >
              <span className="min-w-0 flex-1">
                Until <Ago at={version.at} />
                <span className="ml-2 text-muted">{differenceOf(version, source)}</span>
              </span>
              <Button size="sm" onClick={() => setShown(version)}>
                Look
              </Button>
              <Button size="sm" busy={busy} onClick={() => void restore(version.at)}>
                Restore
              </Button>
            </li>
          ))}
        </ul>
      )}
      {shown ? (
        <Dialog
          open
          onOpenChange={(open) => (open ? undefined : setShown(null))}
          title="As it was"
          description={
            <>
              Until <Ago at={shown.at} />. Restoring keeps what is there now as a version.
            </>
          }
          size="lg"
          quick={false}
          footer={
            <>
              <Button onClick={() => setShown(null)}>Close</Button>
              <Button variant="primary" busy={busy} onClick={() => void restore(shown.at)}>
                Restore
              </Button>
            </>
          }
        >
          {problem ? <ErrorNote problem={problem} className="mb-3" /> : null}
          <Tabs
            label="Files"
            defaultValue={shown.files.find(({ same }) => !same)?.file}
            tabs={shown.files.map(({ file, text, same }) => ({
              id: file,
              label: file,
              badge: same ? null : <Badge tone="accent">differs</Badge>,
              content:
                text === null ? (
                  <p className="p-3 text-sm text-muted">This file is not text. It is restored as it was.</p>
                ) : (
                  <CodeField
                    value={text}
                    readOnly
                    language={languageOf(file)}
                    label={file}
                    maxHeight="50vh"
                    lineNumbers
                  />
                ),
            }))}
          />
        </Dialog>
      ) : null}
    </Section>
  );
}

/** In which files a version is another than what is there now. */
function differenceOf({ files }: FunctionVersionView, source: Props['source']): string {
  const other = files.filter(({ same, text }) => !same && text !== null).map(({ file }) => file);
  const gone = source.filter(({ file }) => !files.some((one) => one.file === file)).map(({ file }) => file);
  const words = [
    ...(other.length > 0 ? [`${other.join(', ')} ${other.length === 1 ? 'differs' : 'differ'}`] : []),
    ...(gone.length > 0 ? [`without ${gone.join(', ')}`] : []),
  ];
  return words.join('; ') || 'the same as now';
}
