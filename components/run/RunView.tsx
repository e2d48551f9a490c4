'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { nodeOf } from '@/lib/graph';
import type { RunDetail } from '@/lib/usecases/types';
import { ReadOnlyGraph } from '../editor/ReadOnlyGraph';
import { Crumbs, useRun } from '../shell';
import { usePlace } from './place';
import { RunDoors } from './RunDoors';
import { RunHead } from './RunHead';
import { RunTabs } from './RunTabs';
import { marksOf } from './steps';
import { useTravel } from './travel';

const ROOM = '(min-width: 48rem)';
const onRoom = (changed: () => void) => {
  const media = window.matchMedia(ROOM);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};
/** Whether the graph has room beside the tabs; `null`: not known yet, where the page comes from the server. */
const useRoom = (): boolean | null =>
  useSyncExternalStore(
    onRoom,
    () => window.matchMedia(ROOM).matches,
    () => null,
  );

/** One run: the graph as it was run, and all that happened. Live while it goes on. */
export function RunView({ initial, functions }: { initial: RunDetail; functions: FunctionManifest[] }) {
  const { run: live } = useRun(initial.id, initial);
  const run = live ?? initial;
  const { first, keep } = usePlace();
  const travel = useTravel(run, first.at);
  const router = useRouter();
  const [chosen, setChosen] = useState<string | null>(first.step);
  const [tab, setTab] = useState<string | null>(first.tab);
  const place = useMemo(() => ({ tab, step: chosen, at: travel.moment }), [tab, chosen, travel.moment]);
  useEffect(() => keep(place), [keep, place]);
  const room = useRoom();
  const marks = useMemo(() => marksOf(run.document.graph, travel.shown), [run.document.graph, travel.shown]);
  const name = chosen?.replace(/#\d+$/, '') ?? null;
  const selected = run.document.graph.nodes.find((node) => node.name === name)?.id ?? null;
  const graph = (
    <ReadOnlyGraph
      document={run.document}
      name={run.workflowName}
      functions={functions}
      marks={marks}
      selected={selected}
      onSelect={(id) => setChosen(id ? (nodeOf(run.document.graph, id)?.name ?? null) : null)}
    />
  );
  return (
    <RunDoors
      run={run}
      timeline={travel.timeline}
      onBegun={(id) => router.push(`/runs/${id}`)}
      editor={run.workflowId ? `/workflows/${run.workflowId}?look=${run.id}` : undefined}
    >
      <div className="flex h-full min-h-0 flex-col">
        <Crumbs items={[{ label: 'Runs', href: '/runs' }, { label: run.workflowName }]} />
        <RunHead run={run} functions={functions} place={place} />
        {/* What a window does not show is not drawn either, once it is known. */}
        {room === false ? null : (
          <Group orientation="horizontal" className="min-h-0 flex-1 max-md:!hidden">
            <Panel defaultSize="45%" minSize="20%">
              {graph}
            </Panel>
            <Separator className="w-px bg-border outline-none hover:bg-accent focus-visible:bg-accent" />
            <Panel minSize="25%">
              <RunTabs
                run={run}
                travel={travel}
                chosen={chosen}
                onChoose={setChosen}
                tab={tab}
                onTab={setTab}
                className="h-full bg-surface"
              />
            </Panel>
          </Group>
        )}
        {room ? null : (
          <RunTabs
            run={run}
            travel={travel}
            chosen={chosen}
            onChoose={setChosen}
            tab={tab}
            onTab={setTab}
            graph={graph}
            className="min-h-0 flex-1 bg-surface md:hidden"
          />
        )}
      </div>
    </RunDoors>
  );
}
