'use client';
import { useMemo, useState } from 'react';
import { eventsUntil } from '@/lib/history/travel';
import type { RunDetail } from '@/lib/usecases/types';
import { Badge } from '../ui/Card';
import { cn } from '../ui/cn';
import { JsonView } from '../ui/JsonView';
import { isOver } from '../ui/status';
import { Tabs } from '../ui/Tabs';
import { CompareView } from './CompareView';
import { EventsView } from './EventsView';
import { LogsView } from './LogsView';
import { ResultView } from './ResultView';
import { choiceOf, StepsView } from './StepsView';
import { TimelineView } from './TimelineView';
import { TravelBar } from './TravelBar';
import type { Travel } from './travel';
import { failedVisit, WhyView } from './WhyView';

/** Those that every run has. */
const TABS = new Set(['result', 'steps', 'timeline', 'compare', 'logs', 'events', 'json']);

/**
 * All that is known of a run, in tabs.
 * @param travel the moment that is looked at; the owner keeps it, so that the graph shows the same
 * @param chosen a step's name, or `name#visit`; the owner keeps it, so that the graph and the list show the same
 */
export function RunTabs({
  run,
  travel,
  chosen,
  onChoose,
  tab: kept,
  onTab,
  aside,
  graph,
  className,
}: {
  run: RunDetail;
  travel: Travel;
  chosen: string | null;
  onChoose: (chosen: string) => void;
  /** the tab that is open, where the owner keeps it; `null`: the one that tells most */
  tab?: string | null;
  onTab?: (tab: string) => void;
  aside?: React.ReactNode;
  /** where the graph has no room beside the tabs, it is one of them */
  graph?: React.ReactNode;
  className?: string;
}) {
  const { timeline, shown, at, moment } = travel;
  const [own, setOwn] = useState<string | null>(null);
  const [tab, setTab] = onTab ? [kept ?? null, onTab] : [own, setOwn];
  // While it runs one looks at the steps; when it is over, at what came out. Unless the person chose otherwise.
  const over = isOver(run.status);
  const failed = useMemo(
    () => (over && run.status !== 'SUCCEEDED' ? failedVisit(timeline) : null),
    [over, run.status, timeline],
  );
  const offered = tab !== null && (TABS.has(tab) || (tab === 'graph' && graph) || (tab === 'why' && failed));
  const value = offered ? tab : run.status === 'SUCCEEDED' ? 'result' : 'steps';
  const choose = (name: string, visit: number) => {
    onChoose(choiceOf(name, visit));
    setTab('steps');
  };
  return (
    <div className={cn('flex [container-type:size] min-h-0 flex-col', className)}>
      <Tabs
        label="The run"
        value={value}
        onChange={setTab}
        aside={aside}
        className="min-h-0 flex-1"
        tabs={[
          ...(graph ? [{ id: 'graph', label: 'Graph', content: graph }] : []),
          { id: 'result', label: 'Result', content: <ResultView run={run} /> },
          {
            id: 'steps',
            label: 'Steps',
            badge: timeline.order.length > 0 ? <Badge>{timeline.order.length}</Badge> : null,
            content: (
              <StepsView
                runId={run.id}
                live={!over}
                timeline={shown}
                at={at}
                chosen={chosen}
                onChoose={(name, visit) => onChoose(choiceOf(name, visit))}
              />
            ),
          },
          ...(failed
            ? [
                {
                  id: 'why',
                  label: 'Why',
                  content: (
                    <WhyView
                      run={run}
                      timeline={timeline}
                      visit={failed}
                      onChoose={choose}
                      onInput={() => setTab('json')}
                    />
                  ),
                },
              ]
            : []),
          {
            id: 'timeline',
            label: 'Timeline',
            content: (
              <TimelineView
                timeline={timeline}
                shown={shown}
                at={at}
                onTime={(time) => travel.go(Math.max(1, eventsUntil(travel.events, time)))}
                onChoose={choose}
              />
            ),
          },
          {
            id: 'compare',
            label: 'Compare',
            content: <CompareView run={run} timeline={timeline} onChoose={choose} />,
          },
          { id: 'logs', label: 'Logs', content: <LogsView run={run} /> },
          { id: 'events', label: 'Events', content: <EventsView run={run} moment={moment} onMoment={travel.go} /> },
          {
            id: 'json',
            label: 'JSON',
            content: (
              <div className="flex flex-col gap-4 p-4">
                <section>
                  <h2 className="mb-1 text-xs font-medium">Input</h2>
                  <JsonView value={run.input} label="Input of the run" />
                </section>
                {over ? (
                  <section>
                    <h2 className="mb-1 text-xs font-medium">{run.status === 'SUCCEEDED' ? 'Output' : 'Error'}</h2>
                    <JsonView
                      value={run.status === 'SUCCEEDED' ? run.output : { error: run.error, cause: run.cause }}
                      label="Output of the run"
                    />
                  </section>
                ) : null}
                <p className="text-xs break-all text-muted">
                  <span className="select-all">{run.executionArn}</span>
                </p>
              </div>
            ),
          },
        ]}
      />
      {moment !== null || value === 'timeline' || value === 'steps' || value === 'graph' ? (
        <TravelBar travel={travel} />
      ) : null}
    </div>
  );
}
