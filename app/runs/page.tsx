import { RunList } from '@/components/runs/RunList';
import { Page } from '@/components/shell';
import { Card } from '@/components/ui';
import { listRuns } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Runs' };

export default async function RunsPage() {
  const runs = await listRuns(await wiring());
  return (
    <Page title="Runs" about="Every run with its steps; a run that is going on shows itself here.">
      <Card>
        <RunList runs={runs} />
      </Card>
    </Page>
  );
}
