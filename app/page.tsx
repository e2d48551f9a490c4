import { HomeScreen } from '@/components/home/HomeScreen';
import { getOverview } from '@/lib/usecases/overview';
import { listQueries, listRuns, listWorkflows, workflowNames } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

/** workflows that are shown as cards */
const RECENT = 8;

export default async function HomePage() {
  const deps = await wiring();
  const [workflows, names, queries, runs, overview] = await Promise.all([
    listWorkflows(deps, RECENT),
    workflowNames(deps),
    listQueries(deps),
    listRuns(deps),
    getOverview(deps),
  ]);
  return (
    <HomeScreen
      workflows={workflows}
      names={names}
      queries={queries.slice(0, 20)}
      runs={runs.slice(0, 20)}
      overview={overview}
      model={deps.model?.model ?? null}
    />
  );
}
