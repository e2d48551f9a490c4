import { headers } from 'next/headers';
import { type ApiDescription, ApiScreen } from '@/components/docs/ApiScreen';
import { Page } from '@/components/shell';
import { openApi } from '@/lib/usecases/http-api';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'API' };

export default async function DocsPage() {
  const { version } = await (await wiring()).settings();
  const host = (await headers()).get('host') ?? 'localhost:3000';
  return (
    <Page title="API" about="Workflows, runs and files over HTTP.">
      <ApiScreen api={openApi(version) as ApiDescription} origin={`http://${host}`} />
    </Page>
  );
}
