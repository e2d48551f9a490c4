import { FunctionList } from '@/components/functions/FunctionList';
import { Page } from '@/components/shell';
import { functionsWithUse } from '@/lib/usecases/read';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Functions' };

export default async function FunctionsPage() {
  const functions = await functionsWithUse(await wiring());
  return (
    <Page
      title="Functions"
      about="What workflows are made of: those that come with Action Engine, and your own. Each runs here and on AWS unchanged."
    >
      <FunctionList functions={functions} />
    </Page>
  );
}
