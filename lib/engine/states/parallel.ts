/** Parallel: runs its branches side by side; its result is the list of what they end with. */
import { finish, startThread } from '../containers';
import { argumentsOf } from '../data';
import { runtimeFailure } from '../failure';
import type { ContainerFrame } from '../frames';
import { innerScope } from '../visit';
import { BLOCK, type Handler } from './handler';

export const parallel: Handler = {
  async enter(visit) {
    const { thread, work, machine, scope, name } = visit;
    const branches = visit.field('Branches');
    if (!Array.isArray(branches)) throw runtimeFailure('The Parallel state has no branches.');
    const input = await argumentsOf(visit);
    const started = work.record('ParallelStateStarted', thread.previous);
    thread.previous = started;
    const container = work.put<ContainerFrame>({
      id: `container:${work.serial()}`,
      kind: 'parallel',
      thread: thread.id,
      total: branches.length,
      next: branches.length,
      done: 0,
      concurrency: branches.length,
      running: {},
    });
    thread.inside = container.id;
    thread.phase = 'blocked';
    for (let i = 0; i < branches.length; i++) {
      startThread(visit, container, innerScope(machine, scope, name, i), i, input, started, thread.item);
    }
    if (branches.length === 0) finish(work, container, started);
    return BLOCK;
  },
};
