import { SettingsScreen } from '@/components/settings/SettingsScreen';
import { Page } from '@/components/shell';
import { wiring } from '@/lib/wiring';

export const metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const deps = await wiring();
  return (
    <Page title="Settings" about="Where it runs, and which model drafts.">
      <SettingsScreen settings={await deps.settings()} />
    </Page>
  );
}
