import { DraftProgress } from '@/components/home/DraftProgress';
import { listFunctions } from '@/lib/usecases/read';
import type { JobView } from '@/lib/usecases/types';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Drafting' };

export default async function DraftPage({ params }: { params: Promise<{ jobId: string }> }) {
  const { jobId } = await params;
  const deps = await wiring();
  let initial: JobView | null = null;
  try {
    initial = deps.jobs.get(jobId);
  } catch {
    // Forgotten since a restart: the screen says so.
  }
  return <DraftProgress jobId={jobId} initial={initial} functions={await listFunctions(deps)} />;
}
