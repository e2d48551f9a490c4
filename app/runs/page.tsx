import { readFilter, wantedBy } from '@/components/runs/filter';
import { RunList } from '@/components/runs/RunList';
import { Page } from '@/components/shell';
import { Card } from '@/components/ui';
import { RunsQuery, runsPage, workflowsRun } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Runs' };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function RunsPage({ searchParams }: Props) {
  const deps = await wiring();
  const params = await searchParams;
  const filter = readFilter({ get: (name) => [params[name] ?? null].flat()[0] ?? null });
  const page = await runsPage(deps, RunsQuery.parse({ ...wantedBy(filter), text: filter.text.slice(0, 500) }));
  return (
    <Page title="Runs" about="Every run with its steps; a run that is going on shows itself here.">
      <Card>
        <RunList first={page} asked={filter} workflows={await workflowsRun(deps)} />
      </Card>
    </Page>
  );
}
