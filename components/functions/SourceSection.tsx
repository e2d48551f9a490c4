'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button, CodeField, ErrorNote, Section, Tabs } from '@/components/ui';
import { saveSourceAction } from '@/lib/actions/functions';
import { type ProblemView, viewOf } from '@/lib/base/problem';

/** The files of a function: to be read, and where it is the owner's own, to be changed and tried at once. */
export function SourceSection({
  name,
  source,
  own,
}: {
  name: string;
  source: { file: string; text: string }[];
  own: boolean;
}) {
  return (
    <Section title="Source" className="min-w-0 [&>div]:p-0">
      <Tabs
        label="Files"
        tabs={source.map(({ file, text }) => ({
          id: file,
          label: file,
          content: own ? (
            <Editable key={file} name={name} file={file} saved={text} />
          ) : (
            <CodeField
              value={text}
              readOnly
              language={languageOf(file)}
              label={file}
              className="rounded-t-none rounded-b-lg border-0 focus-within:-outline-offset-2"
            />
          ),
        }))}
      />
    </Section>
  );
}

export const languageOf = (file: string) =>
  file.endsWith('.json') ? 'json' : /\.[cm]?[jt]s$/.test(file) ? 'javascript' : 'text';

function Editable({ name, file, saved }: { name: string; file: string; saved: string }) {
  const router = useRouter();
  const [text, setText] = useState(saved);
  const [kept, setKept] = useState(saved);
  const [done, setDone] = useState(false);
  const [seen, setSeen] = useState(saved);
  // An earlier version was brought back: shown, unless something was typed since.
  if (saved !== seen) {
    setSeen(saved);
    setKept(saved);
    if (text === kept) setText(saved);
    if (saved !== kept) setDone(false);
  }
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  async function save() {
    setBusy(true);
    setProblem(null);
    const answer = await saveSourceAction({ name, file, text }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    setKept(text);
    setDone(true);
    router.refresh();
  }

  return (
    <div className="flex flex-col gap-3 p-4">
      <CodeField value={text} onChange={setText} language={languageOf(file)} label={file} lineNumbers />
      {problem ? <ErrorNote problem={problem} /> : null}
      <div className="flex items-center gap-3">
        <Button size="sm" variant="accent" busy={busy} disabled={text === kept} onClick={() => void save()}>
          Save {file}
        </Button>
        <span role="status" className="text-sm text-muted">
          {text !== kept ? 'Changed, not saved' : done ? 'Saved; the next call uses it' : ''}
        </span>
      </div>
    </div>
  );
}
