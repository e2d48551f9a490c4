import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RunView } from '@/components/run/RunView';
import { Problem } from '@/lib/base/problem';
import { getRun, listFunctions } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

type Props = { params: Promise<{ id: string }> };

const runOf = async (id: string) => {
  try {
    return await getRun(await wiring(), id);
  } catch (error) {
    if (error instanceof Problem && error.code === 'RUN_UNKNOWN') notFound();
    throw error;
  }
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Run of ${(await runOf((await params).id)).workflowName}` };
}

export default async function RunPage({ params }: Props) {
  const [{ id }, deps] = await Promise.all([params, wiring()]);
  const [run, functions] = await Promise.all([runOf(id), listFunctions(deps)]);
  return <RunView key={id} initial={run} functions={functions} />;
}
