import { SettingsScreen } from '@/components/settings/SettingsScreen';
import { Page } from '@/components/shell';
import { awsAccess } from '@/lib/usecases/aws-access';
import { listSecrets } from '@/lib/usecases/secrets';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const deps = await wiring();
  return (
    <Page title="Settings" about="Where it runs, which model drafts, secrets, appearance, shortcuts, and your data.">
      <SettingsScreen settings={await deps.settings()} secrets={await listSecrets(deps)} access={awsAccess(deps)} />
    </Page>
  );
}
