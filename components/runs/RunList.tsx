'use client';
import { SearchX } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { Button, cn, EmptyState, Input, Select } from '@/components/ui';
import type { RunSummary } from '@/lib/usecases/types';
import { matches, RUN_STATES, type RunFilter, readFilter, writeFilter } from './filter';
import { RunTable } from './RunTable';

/** A kit's rule: an option's value is never the empty string. */
const ALL = '*';

/** All runs, narrowed by what stands in the address: it can be kept and sent on. */
export function RunList({ runs }: { runs: RunSummary[] }) {
  const params = useSearchParams();
  const filter = readFilter(params);
  // The newest name of each workflow; parts that were tried are of the same one.
  const workflows = useMemo(() => {
    const names = new Map<string, string>();
    for (const { workflowId, workflowName } of runs) {
      if (!workflowId) continue;
      const known = names.get(workflowId);
      if (known === undefined || known.startsWith(`${workflowName} (`)) names.set(workflowId, workflowName);
    }
    return [...names].sort(([, a], [, b]) => a.localeCompare(b));
  }, [runs]);
  // The address alone changes: the list is narrowed here, without asking the server again.
  const set = (change: Partial<RunFilter>) =>
    window.history.replaceState(null, '', `${window.location.pathname}${writeFilter({ ...filter, ...change })}`);
  const clear = () => set({ status: '', workflow: '', text: '' });
  const filtered = writeFilter(filter) !== '';
  return (
    <>
      {/* While there is no run there is nothing to narrow. */}
      <search className={cn('flex flex-wrap items-center gap-2 border-b px-4 py-2.5', runs.length === 0 && 'hidden')}>
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
              ...workflows.map(([value, label]) => ({ value, label })),
              ...(filter.workflow && !workflows.some(([id]) => id === filter.workflow)
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
      <RunTable
        runs={runs}
        keep={(run) => matches(filter, run)}
        empty={
          <EmptyState icon={<SearchX />} title="No run fits">
            Runs that fit show here as they begin. Change what is looked for, or press Show all.
          </EmptyState>
        }
      />
    </>
  );
}
