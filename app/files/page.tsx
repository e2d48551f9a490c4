import { FilesScreen } from '@/components/files/FilesScreen';
import { Page } from '@/components/shell';
import { viewOf } from '@/lib/base/problem';
import { FilesQuery, filesPage } from '@/lib/usecases/files';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Files' };

export default async function FilesPage() {
  const { page, problem } = await filesPage(await wiring(), FilesQuery.parse({})).then(
    (found) => ({ page: found, problem: null }),
    (error: unknown) => ({ page: { files: [], matching: 0, kinds: [], next: null }, problem: viewOf(error) }),
  );
  return (
    <Page title="Files" about="What was uploaded, and what runs have made.">
      <FilesScreen first={page} problem={problem} />
    </Page>
  );
}
