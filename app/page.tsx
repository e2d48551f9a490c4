import { HomeScreen } from '@/components/home/HomeScreen';
import { getOverview } from '@/lib/usecases/overview';
import { listQueries, listRuns, listWorkflows } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

export default async function HomePage() {
  const deps = await wiring();
  const [workflows, queries, runs, overview] = await Promise.all([
    listWorkflows(deps),
    listQueries(deps),
    listRuns(deps),
    getOverview(deps),
  ]);
  return (
    <HomeScreen
      workflows={workflows}
      queries={queries.slice(0, 20)}
      runs={runs.slice(0, 20)}
      overview={overview}
      model={deps.model?.model ?? null}
    />
  );
}
