'use client';
import { useMemo, useState } from 'react';
import { timeline as timelineOf } from '@/lib/history/timeline';
import type { RunDetail } from '@/lib/usecases/types';
import { Badge } from '../ui/Card';
import { JsonView } from '../ui/JsonView';
import { isOver } from '../ui/status';
import { Tabs } from '../ui/Tabs';
import { CompareView } from './CompareView';
import { EventsView } from './EventsView';
import { LogsView } from './LogsView';
import { ResultView } from './ResultView';
import { choiceOf, StepsView } from './StepsView';
import { TimelineView } from './TimelineView';
import { failedVisit, WhyView } from './WhyView';

/** The timeline of a run: made anew when events came. */
export const useTimeline = (run: RunDetail | null) => useMemo(() => timelineOf(run?.events ?? []), [run?.events]);

/**
 * All that is known of a run, in tabs.
 * @param chosen a step's name, or `name#visit`; the owner keeps it, so that the graph and the list show the same
 */
export function RunTabs({
  run,
  chosen,
  onChoose,
  aside,
  className,
}: {
  run: RunDetail;
  chosen: string | null;
  onChoose: (chosen: string) => void;
  aside?: React.ReactNode;
  className?: string;
}) {
  const timeline = useTimeline(run);
  const [tab, setTab] = useState<string | null>(null);
  // While it runs one looks at the steps; when it is over, at what came out. Unless the person chose otherwise.
  const over = isOver(run.status);
  const failed = useMemo(
    () => (over && run.status !== 'SUCCEEDED' ? failedVisit(timeline) : null),
    [over, run.status, timeline],
  );
  const value = tab ?? (run.status === 'SUCCEEDED' ? 'result' : 'steps');
  const choose = (name: string, visit: number) => {
    onChoose(choiceOf(name, visit));
    setTab('steps');
  };
  return (
    <Tabs
      label="The run"
      value={value}
      onChange={setTab}
      aside={aside}
      className={className}
      tabs={[
        { id: 'result', label: 'Result', content: <ResultView run={run} /> },
        {
          id: 'steps',
          label: 'Steps',
          badge: timeline.order.length > 0 ? <Badge>{timeline.order.length}</Badge> : null,
          content: (
            <StepsView
              timeline={timeline}
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
                content: <WhyView run={run} timeline={timeline} visit={failed} onChoose={choose} />,
              },
            ]
          : []),
        { id: 'timeline', label: 'Timeline', content: <TimelineView timeline={timeline} onChoose={choose} /> },
        {
          id: 'compare',
          label: 'Compare',
          content: <CompareView run={run} timeline={timeline} onChoose={choose} />,
        },
        { id: 'logs', label: 'Logs', content: <LogsView run={run} /> },
        { id: 'events', label: 'Events', content: <EventsView run={run} /> },
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
  );
}
