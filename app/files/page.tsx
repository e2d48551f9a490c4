import { FilesScreen } from '@/components/files/FilesScreen';
import { Page } from '@/components/shell';
import { viewOf } from '@/lib/base/problem';
import { listFiles } from '@/lib/usecases/files';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Files' };

export default async function FilesPage() {
  const { files, problem } = await listFiles(await wiring()).then(
    (found) => ({ files: found, problem: null }),
    (error: unknown) => ({ files: [], problem: viewOf(error) }),
  );
  return (
    <Page title="Files" about="What was uploaded, and what runs have made.">
      <FilesScreen files={files} problem={problem} />
    </Page>
  );
}
