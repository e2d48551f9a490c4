'use client';
import { SearchX } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { Button, cn, EmptyState, ErrorNote, Input, Select, ShowMore } from '@/components/ui';
import type { RunsPage } from '@/lib/usecases/types';
import { RUN_STATES, type RunFilter, readFilter, writeFilter } from './filter';
import { RunTable } from './RunTable';
import { useRuns } from './useRuns';

/** A kit's rule: an option's value is never the empty string. */
const ALL = '*';

/** All runs, narrowed by what stands in the address: it can be kept and sent on. Asked for a page at a time. */
export function RunList({
  first,
  asked,
  workflows,
}: {
  /** of the runs that fit `asked`, which stood in the address when the page was asked for */
  first: RunsPage;
  asked: RunFilter;
  workflows: { id: string; name: string }[];
}) {
  const params = useSearchParams();
  const filter = readFilter(params);
  const found = useRuns(first, asked, filter);
  // The address alone changes: what is known is narrowed at once, and the server is asked for the rest.
  const set = (change: Partial<RunFilter>) =>
    window.history.replaceState(null, '', `${window.location.pathname}${writeFilter({ ...filter, ...change })}`);
  const clear = () => set({ status: '', workflow: '', text: '' });
  const filtered = writeFilter(filter) !== '';
  return (
    <>
      {/* While there is no run there is nothing to narrow. */}
      <search
        className={cn(
          'flex flex-wrap items-center gap-2 border-b px-4 py-2.5',
          found.runs.length === 0 && !filtered && 'hidden',
        )}
      >
        <div className="w-56 max-sm:w-full">
          <Input
            type="search"
            aria-label="Find runs"
            placeholder="Find by name or id"
            value={filter.text}
            onChange={(event) => set({ text: event.target.value })}
          />
        </div>
        <div className="w-40 max-sm:w-[calc(50%-0.25rem)]">
          <Select
            aria-label="Status"
            value={filter.status || ALL}
            onChange={(status) => set({ status: status === ALL ? '' : status })}
            options={[
              { value: ALL, label: 'Any status' },
              ...Object.entries(RUN_STATES).map(([value, { word }]) => ({ value, label: word })),
            ]}
          />
        </div>
        <div className="w-56 max-sm:w-[calc(50%-0.25rem)]">
          <Select
            aria-label="Workflow"
            value={filter.workflow || ALL}
            onChange={(workflow) => set({ workflow: workflow === ALL ? '' : workflow })}
            options={[
              { value: ALL, label: 'Any workflow' },
              ...workflows.map(({ id, name }) => ({ value: id, label: name })),
              ...(filter.workflow && !workflows.some(({ id }) => id === filter.workflow)
                ? [{ value: filter.workflow, label: 'A workflow without runs' }]
                : []),
            ]}
          />
        </div>
        {filtered ? (
          <Button size="sm" variant="ghost" onClick={clear}>
            Show all
          </Button>
        ) : null}
      </search>
      {found.problem ? <ErrorNote problem={found.problem} className="m-3" /> : null}
      <RunTable
        runs={found.runs}
        keep={found.keep}
        empty={
          !filtered ? undefined : found.pending ? (
            <p className="px-4 py-10 text-center text-sm text-muted">Looking through all runs…</p>
          ) : (
            <EmptyState icon={<SearchX />} title="No run fits">
              Runs that fit show here as they begin. Change what is looked for, or press Show all.
            </EmptyState>
          )
        }
      />
      {found.onMore ? (
        <ShowMore
          shown={found.shown}
          of={found.matching}
          one="run"
          order="the newest first"
          busy={found.busy}
          onMore={() => void found.onMore?.()}
          className="border-t px-4 py-3"
        />
      ) : null}
    </>
  );
}
