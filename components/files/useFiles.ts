/**
 * The files that are shown: the first page comes with the screen, a search or a kind asks for another, and each page leads to
 * the next. What was deleted here is gone at once, before the server has told.
 */
import { useCallback, useEffect, useState } from 'react';
import { filesPageAction } from '@/lib/actions/files';
import type { FileKind } from '@/lib/base/media';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { FilesPage, FileView } from '@/lib/usecases/types';

/** ms without typing before a search is made */
const PAUSE_MS = 200;

type Shown = { of: string; files: FileView[]; matching: number; next: string | null };

export function useFiles(first: FilesPage, query: string, kind: FileKind | 'all') {
  const wanted = JSON.stringify([query.trim(), kind]);
  const plain = query.trim() === '' && kind === 'all';
  const [found, setFound] = useState<Shown | null>(null);
  const [further, setFurther] = useState<{ of: string; files: FileView[]; next: string | null } | null>(null);
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new first page means that files came or went
  useEffect(() => {
    if (plain) return setProblem(null);
    let late = false;
    const timer = setTimeout(async () => {
      const answer = await filesPageAction({ query, kind, after: null }).catch((error) => ({
        ok: false as const,
        problem: viewOf(error),
      }));
      if (late) return;
      setProblem(answer.ok ? null : answer.problem);
      if (answer.ok) setFound({ of: wanted, ...answer.value });
    }, PAUSE_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [wanted, first]);

  // Until the answer to a search is there, what was found before stays.
  const base: Shown = plain ? { of: wanted, ...first } : (found ?? { of: '', ...first });
  const more = further?.of === base.of ? further : null;
  const next = more ? more.next : base.next;

  const onMore = useCallback(async () => {
    if (next === null) return;
    setBusy(true);
    const answer = await filesPageAction({ query, kind, after: next }).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem);
    if (answer.ok)
      setFurther((old) => ({
        of: wanted,
        files: [...(old?.of === wanted ? old.files : []), ...answer.value.files],
        next: answer.value.next,
      }));
  }, [next, query, kind, wanted]);

  const seen = new Set<string>();
  const files = [...base.files, ...(more?.files ?? [])].filter(
    ({ key }) => !gone.has(key) && !seen.has(key) && seen.add(key),
  );
  return {
    files,
    /** how many a search and a kind leave, shown or not */
    matching: base.matching,
    /** `null`: all are shown */
    onMore: next === null ? null : onMore,
    busy,
    problem,
    forget: (keys: string[]) => setGone((all) => new Set([...all, ...keys])),
    pending: !plain && base.of !== wanted,
  };
}
