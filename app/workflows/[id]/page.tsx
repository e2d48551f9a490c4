import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { Editor } from '@/components/editor/Editor';
import { Problem } from '@/lib/base/problem';
import { getWorkflow, listFunctions } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ job?: string }> };

/** Read once for an answer, which asks for it twice: for the title and for the page. */
const workflowOf = cache(async (id: string) => {
  try {
    return await getWorkflow(await wiring(), id);
  } catch (error) {
    if (error instanceof Problem && error.code === 'WORKFLOW_UNKNOWN') notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await workflowOf((await params).id)).name };
}

export default async function WorkflowPage({ params, searchParams }: Props) {
  const [{ id }, { job }] = await Promise.all([params, searchParams]);
  const [detail, functions] = await Promise.all([workflowOf(id), listFunctions(await wiring())]);
  return <Editor key={id} detail={detail} functions={functions} jobId={job ?? null} />;
}
