import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { notFound } from 'next/navigation';
import { ErrorPage } from '@/components/docs/ErrorPage';
import { Page } from '@/components/shell';

type Params = { params: Promise<{ code: string }> };

export const generateMetadata = async ({ params }: Params) => ({ title: (await params).code });

/** What a code means, from docs/errors: the same words on the page as in the repository. */
export default async function ErrorCodePage({ params }: Params) {
  const { code } = await params;
  if (!/^[A-Z0-9_]{3,60}$/.test(code)) notFound();
  const file = path.join(process.cwd(), 'docs', 'errors', `${code}.md`);
  const text = await readFile(file, 'utf8').catch(() => notFound());
  return (
    <Page title={code} about="What it means, how it comes about, what to do.">
      <ErrorPage text={text.replace(/^# .*\n/, '')} />
    </Page>
  );
}
