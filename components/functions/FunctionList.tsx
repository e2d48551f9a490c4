'use client';
import { FunctionSquare, Search } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Badge, EmptyState, Input, typeText } from '@/components/ui';
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { AddFunctions } from './AddFunctions';

/** What workflows are made of: every function by group, with what it takes and what it gives. */
export function FunctionList({ functions }: { functions: FunctionManifest[] }) {
  const [query, setQuery] = useState('');
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = functions.filter((one) => {
    const text = [one.name, one.title, one.description, ...one.keywords].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const groups = [...new Set(shown.map(({ category }) => category))].sort();
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
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
        <AddFunctions />
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={<FunctionSquare />} title={functions.length === 0 ? 'No functions' : 'Nothing matches'}>
          {functions.length === 0
            ? 'A function is a folder in lambdas/ with a function.json and its handler.'
            : 'Try another word: names, titles and descriptions are searched.'}
        </EmptyState>
      ) : null}
      {groups.map((group) => (
        <section key={group}>
          <h2 className="mb-2 text-sm font-semibold capitalize">{group}</h2>
          <ul className="grid gap-3 [grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))]">
            {shown
              .filter(({ category }) => category === group)
              .map((one) => (
                <li
                  key={one.name}
                  className="relative flex flex-col gap-2 rounded-lg border bg-surface p-4 shadow-1 transition-shadow hover:shadow-2"
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
                  </div>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** The first few, those that are required before the others; how many more there are. */
function Fields({ schema, most, tone }: { schema: JsonSchema; most: number; tone?: 'accent' }) {
  const needed = (name: string) => (schema.required?.includes(name) ? 0 : 1);
  const fields = Object.entries(schema.properties ?? {}).sort(([a], [b]) => needed(a) - needed(b));
  return (
    <>
      {fields.slice(0, most).map(([name, field]) => (
        <Badge key={name} tone={tone}>
          <span className={tone ? undefined : 'text-text'}>{name}</span>
          <span className="font-normal text-muted">{typeText(field)}</span>
        </Badge>
      ))}
      {fields.length > most ? <span className="self-center text-xs text-muted">+{fields.length - most}</span> : null}
    </>
  );
}
