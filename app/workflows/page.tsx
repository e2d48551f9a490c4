import { NewWorkflowButtons } from '@/components/home/WorkflowList';
import { WorkflowsScreen } from '@/components/home/WorkflowsScreen';
import { Page } from '@/components/shell';
import { listWorkflows } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Workflows' };

export default async function WorkflowsPage() {
  const workflows = await listWorkflows(await wiring());
  return (
    <Page
      title="Workflows"
      about="What you have described, drawn or imported."
      actions={workflows.length > 0 ? <NewWorkflowButtons /> : undefined}
    >
      <WorkflowsScreen workflows={workflows} />
    </Page>
  );
}
