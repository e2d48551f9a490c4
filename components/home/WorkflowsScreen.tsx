'use client';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { Button, EmptyState, Input, Segmented, Select, ShowMore } from '@/components/ui';
import type { WorkflowSummary } from '@/lib/usecases/types';
import { WorkflowList } from './WorkflowList';

const SOME = {
  all: { label: 'All', is: () => true },
  failed: {
    label: 'Failed last',
    is: ({ lastRun }: WorkflowSummary) => lastRun?.status === 'FAILED' || lastRun?.status === 'TIMED_OUT',
  },
  fresh: { label: 'Not run yet', is: ({ lastRun }: WorkflowSummary) => lastRun === null },
} as const;
type Some = keyof typeof SOME;

const ORDERS = {
  changed: { label: 'Changed last', by: (a: WorkflowSummary, b: WorkflowSummary) => b.updatedAt - a.updatedAt },
  run: {
    label: 'Run last',
    by: (a: WorkflowSummary, b: WorkflowSummary) => (b.lastRun?.startedAt ?? 0) - (a.lastRun?.startedAt ?? 0),
  },
  name: {
    label: 'By name',
    by: (a: WorkflowSummary, b: WorkflowSummary) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  },
} as const;
type Order = keyof typeof ORDERS;

/** cards that are drawn at once */
const PAGE = 60;
/** with fewer, a person sees them all */
const FEW = 8;

/** Every workflow: found by the words of its name or its wish, put in order, a page of cards at a time. */
export function WorkflowsScreen({ workflows }: { workflows: WorkflowSummary[] }) {
  const [query, setQuery] = useState('');
  const [some, setSome] = useState<Some>('all');
  const [order, setOrder] = useState<Order>('changed');
  const [most, setMost] = useState(PAGE);
  if (workflows.length <= FEW) return <WorkflowList workflows={workflows} />;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = workflows
    .filter((one) => {
      const text = `${one.name} ${one.prompt ?? ''} ${one.id}`.toLowerCase();
      return SOME[some].is(one) && words.every((word) => text.includes(word));
    })
    .sort(ORDERS[order].by);
  const shown = found.slice(0, most);
  const all = () => {
    setQuery('');
    setSome('all');
  };
  return (
    <div className="flex flex-col gap-5">
      <search className="flex flex-wrap items-center gap-3">
        <div className="relative w-full max-w-sm">
          <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-muted" aria-hidden />
          <Input
            type="search"
            aria-label="Search workflows"
            placeholder="Search workflows"
            className="pl-8"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </div>
        <Segmented<Some>
          label="Which"
          value={some}
          onChange={setSome}
          options={(['all', 'failed', 'fresh'] as const).flatMap((value) => {
            const n = workflows.filter(SOME[value].is).length;
            return n > 0 || some === value ? [{ value, label: `${SOME[value].label} ${n.toLocaleString('en')}` }] : [];
          })}
        />
        <div className="w-40 sm:ml-auto">
          <Select
            aria-label="Order"
            value={order}
            onChange={(value) => setOrder(value as Order)}
            options={Object.entries(ORDERS).map(([value, { label }]) => ({ value, label }))}
          />
        </div>
      </search>
      {shown.length === 0 ? (
        <EmptyState
          icon={<Search />}
          title="Nothing matches"
          action={
            <Button size="sm" onClick={all}>
              Show all workflows
            </Button>
          }
        >
          Names, and the wishes that workflows were drafted from, are searched.
        </EmptyState>
      ) : (
        <WorkflowList workflows={shown} />
      )}
      {found.length > shown.length ? (
        <ShowMore
          shown={shown.length}
          of={found.length}
          one="workflow"
          onMore={() => setMost(most + PAGE)}
          className="pb-4"
        />
      ) : null}
    </div>
  );
}
