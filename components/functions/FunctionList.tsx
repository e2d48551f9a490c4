'use client';
import { FunctionSquare, LayoutGrid, List, Search } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { countText, EmptyState, Input, Segmented } from '@/components/ui';
import type { FunctionSummary } from '@/lib/usecases/types';
import { AddFunctions } from './AddFunctions';
import { Fields, FunctionTable } from './FunctionTable';

const SOME = {
  all: () => true,
  used: (one: FunctionSummary) => one.usedBy > 0,
  own: (one: FunctionSummary) => one.own,
  failed: (one: FunctionSummary) => one.lastError !== null,
  needs: (one: FunctionSummary) => Boolean(one.missingSecrets?.length),
};
type Some = keyof typeof SOME;

/** What workflows are made of: every function by group, with what it takes and what it gives. */
export function FunctionList({ functions }: { functions: FunctionSummary[] }) {
  const [query, setQuery] = useState('');
  const [some, setSome] = useState<Some>('all');
  const [look, setLook] = useState<'cards' | 'table'>('cards');
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = functions.filter((one) => {
    const text = [one.name, one.title, one.description, ...one.keywords].join(' ').toLowerCase();
    return SOME[some](one) && words.every((word) => text.includes(word));
  });
  const groups = [...new Set(shown.map(({ category }) => category))].sort();
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-3">
        <div className="relative w-full max-w-md">
          <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden />
          <Input
            type="search"
            aria-label="Search functions"
            placeholder="Search functions"
            className="pl-8"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <Segmented
          label="Which"
          value={some}
          onChange={setSome}
          options={[
            { value: 'all', label: `All ${functions.length}` },
            ...(['used', 'own', 'failed', 'needs'] as const).flatMap((which) => {
              const n = functions.filter(SOME[which]).length;
              const label = { used: 'Used', own: 'Yours', failed: 'Have failed', needs: 'Needs a secret' }[which];
              return n > 0 || some === which ? [{ value: which, label: `${label} ${n}` }] : [];
            }),
          ]}
        />
        <Segmented
          label="Shown as"
          value={look}
          onChange={setLook}
          options={[
            { value: 'cards', label: <LayoutGrid className="size-4" aria-hidden />, title: 'Cards' },
            { value: 'table', label: <List className="size-4" aria-hidden />, title: 'Table' },
          ]}
        />
        <span className="ml-auto">
          <AddFunctions />
        </span>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={<FunctionSquare />} title={functions.length === 0 ? 'No functions' : 'Nothing matches'}>
          {functions.length === 0
            ? 'A function is a folder in lambdas/ with a function.json and its handler.'
            : 'Try another word: names, titles and descriptions are searched.'}
        </EmptyState>
      ) : null}
      {look === 'table' && shown.length > 0 ? <FunctionTable functions={shown} /> : null}
      {(look === 'cards' ? groups : []).map((group) => (
        <section key={group}>
          <h2 className="mb-2 text-sm font-semibold capitalize">{group}</h2>
          <ul className="grid gap-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))]">
            {shown
              .filter(({ category }) => category === group)
              .map((one) => (
                <li
                  key={one.name}
                  // What is out of sight is laid out when it comes into sight: there may be hundreds.
                  className="relative flex flex-col gap-2 rounded-lg border bg-surface p-4 shadow-1 transition-shadow [content-visibility:auto] [contain-intrinsic-size:auto_9.5rem] hover:shadow-2"
                >
                  <div className="flex items-baseline justify-between gap-2">
                    <Link
                      href={`/functions/${one.name}`}
                      className="font-medium after:absolute after:inset-0 after:content-['']"
                    >
                      {one.title}
                    </Link>
                    <code className="truncate text-xs text-muted">{one.name}</code>
                  </div>
                  <p className="line-clamp-2 text-sm text-muted">{one.description}</p>
                  {one.missingSecrets?.length ? (
                    <p className="text-xs text-warning">Needs {one.missingSecrets.join(', ')}</p>
                  ) : null}
                  <div className="mt-auto flex flex-wrap gap-1 pt-1">
                    <Fields schema={one.input} most={3} />
                  </div>
                  <div className="flex flex-wrap gap-1">
                    <span className="text-xs text-muted" role="img" aria-label="gives">
                      →
                    </span>
                    <Fields schema={one.output} most={2} tone="accent" />
                    {one.usedBy > 0 ? (
                      <span className="ml-auto text-xs text-muted">in {countText(one.usedBy, 'workflow')}</span>
                    ) : null}
                  </div>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
