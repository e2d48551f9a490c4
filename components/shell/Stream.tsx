'use client';
/**
 * What the server tells while it happens: jobs, runs, the cloud's health.
 *
 *   useStream(handler)  every message
 *   useJob(id)          a draft or a run being prepared
 *   useRun(id)          a run with all its events, complete after any gap
 *   useTell()           what this page itself did, told as the stream would
 *   useConnection()     is the stream open, is the cloud ready
 * @module
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { getJobAction } from '@/lib/actions/drafts';
import { getRunAction } from '@/lib/actions/runs';
import type { ProblemView } from '@/lib/base/problem';
import type { JobView, RunDetail, StreamMessage } from '@/lib/usecases/types';
import { isOver } from '../ui/status';
import { listen } from './connection';
import { hasGap, mergeRun, withoutGap } from './merge';

type Handler = (message: StreamMessage) => void;
type Connection = {
  open: boolean /** counts openings: after each, what was missed is asked for */;
  epoch: number;
  cloudReady: boolean | null;
};
type Bus = { subscribe: (handler: Handler) => () => void; tell: Handler };

const BusContext = createContext<Bus | null>(null);
const ConnectionContext = createContext<Connection>({ open: true, epoch: 0, cloudReady: null });

export function StreamProvider({ children }: { children: ReactNode }) {
  const handlers = useRef(new Set<Handler>());
  const [connection, setConnection] = useState<Connection>({ open: true, epoch: 0, cloudReady: null });
  const bus = useMemo<Bus>(
    () => ({
      subscribe: (handler) => {
        handlers.current.add(handler);
        return () => handlers.current.delete(handler);
      },
      tell: (message) => {
        for (const handler of handlers.current) handler(message);
      },
    }),
    [],
  );
  useEffect(() => {
    let lost: ReturnType<typeof setTimeout> | undefined;
    const close = listen('/events', (heard) => {
      if (heard.kind === 'message') {
        const { message } = heard;
        if (message.kind === 'cloud')
          setConnection((c) => (c.cloudReady === message.ready ? c : { ...c, cloudReady: message.ready }));
        bus.tell(message);
      } else if (heard.kind === 'open') {
        clearTimeout(lost);
        lost = undefined;
        setConnection((c) => ({ ...c, open: true, epoch: c.epoch + 1 }));
      } else {
        // A short hiccup is not worth a banner.
        lost ??= setTimeout(() => setConnection((c) => ({ ...c, open: false })), 1500);
      }
    });
    return () => {
      clearTimeout(lost);
      close();
    };
  }, [bus]);
  return (
    <BusContext value={bus}>
      <ConnectionContext value={connection}>{children}</ConnectionContext>
    </BusContext>
  );
}

export const useConnection = (): Connection => useContext(ConnectionContext);

/** Calls the handler with every message while the component is shown. The latest handler is the one called. */
export function useStream(handler: Handler): void {
  const bus = useContext(BusContext);
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => bus?.subscribe((message) => latest.current(message)), [bus]);
}

/** Tells the page what an action just answered, as the stream would: the stream may be lost. */
export function useTell(): Handler {
  const bus = useContext(BusContext);
  return (message) => bus?.tell(message);
}

/** How often a job or run is asked for while the stream is lost, ms. */
const POLL = 2500;
/**
 * How often a run that goes on is asked for though the stream is open, ms: the stream may be open and yet deaf. A long
 * history, which takes its time, less often: so many times as long as its answer took.
 */
const CHECK = 4000;
const REST = 20;

/** A job as it goes; `null` until known. Survives a lost stream by asking. */
export function useJob(id: string | null): { job: JobView | null; problem: ProblemView | null } {
  const [job, setJob] = useState<JobView | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const { open, epoch } = useConnection();
  const current = job?.id === id ? job : null;
  const over = current !== null && current.status !== 'working';
  // An answer may have been written before what the stream told in the meantime.
  const heard = useRef(0);
  useStream((message) => {
    if (message.kind !== 'job' || message.job.id !== id) return;
    heard.current++;
    setJob(message.job);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new opening of the stream asks for what was missed
  useEffect(() => {
    if (!id || over) return;
    let live = true;
    const ask = async () => {
      const before = heard.current;
      const answer = await getJobAction(id).catch(() => null);
      if (!live || !answer) return;
      if (answer.ok && answer.value.status === 'working' && heard.current !== before) return;
      if (answer.ok) setJob((old) => (old?.id === id && old.status !== 'working' ? old : answer.value));
      else setProblem(answer.problem);
    };
    void ask();
    const timer = open ? undefined : setInterval(ask, POLL);
    return () => {
      live = false;
      clearInterval(timer);
    };
  }, [id, open, epoch, over]);
  return { job: current, problem };
}

/** A run with its events so far; `null` until known. Gaps in the events are filled by asking for the whole. */
export function useRun(id: string | null, initial?: RunDetail): { run: RunDetail | null; problem: ProblemView | null } {
  const [run, setRun] = useState<RunDetail | null>(initial ?? null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [gap, setGap] = useState(false);
  const [gaps, setGaps] = useState(0);
  const { open, epoch } = useConnection();
  const current = run?.id === id ? run : null;
  const over = current !== null && isOver(current.status);
  // Messages of one frame become one repaint. Those that come before the run is known wait for it: a run may be over
  // before the answer that describes it arrives, and nothing more would be told.
  const waiting = useRef<Extract<StreamMessage, { kind: 'run' }>[]>([]);
  const frame = useRef(0);
  const known = useRef<RunDetail | null>(run);
  const show = (detail: RunDetail) => {
    const news = waiting.current.splice(0).filter((message) => message.run.id === detail.id);
    known.current = news.reduce((merged, next) => mergeRun(merged, next.run, next.events), detail);
    // What follows a gap waits until the gap is filled: no one sees an event before those that led to it.
    setGap(hasGap(known.current.events));
    setRun(withoutGap(known.current));
  };
  useStream((message) => {
    if (message.kind !== 'run' || message.run.id !== id) return;
    waiting.current.push(message);
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      if (known.current?.id === id) show(known.current);
    });
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  useEffect(() => {
    if (gap) setGaps((n) => n + 1);
  }, [gap]);
  const asked = useRef(epoch);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new opening or a gap asks again
  useEffect(() => {
    // Also a run that is over: it may have been redriven while nothing was heard.
    const reopened = asked.current !== epoch;
    asked.current = epoch;
    if (!id || (over && !gap && !reopened)) return;
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const began = performance.now();
      const answer = await getRunAction(id).catch(() => null);
      if (!live) return;
      if (!over || gap) timer = setTimeout(ask, open ? Math.max(CHECK, (performance.now() - began) * REST) : POLL);
      if (!answer) return;
      if (answer.ok) {
        const old = known.current;
        show(old?.id === id ? mergeRun(old, answer.value, answer.value.events) : answer.value);
      } else setProblem(answer.problem);
    };
    void ask();
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [id, open, epoch, over, gaps]);
  return { run: current, problem: current ? null : problem };
}
