import { notFound } from 'next/navigation';
import { FunctionScreen } from '@/components/functions/FunctionScreen';
import { Crumbs } from '@/components/shell';
import { Problem } from '@/lib/base/problem';
import { getFunction } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props) {
  return { title: (await params).name };
}

export default async function FunctionPage({ params }: Props) {
  const { name } = await params;
  const detail = await getFunction(await wiring(), name).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'FUNCTION_UNKNOWN') notFound();
    throw error;
  });
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-6 sm:px-8">
      <Crumbs items={[{ label: 'Functions', href: '/functions' }, { label: detail.manifest.title }]} />
      <FunctionScreen detail={detail} />
    </div>
  );
}
