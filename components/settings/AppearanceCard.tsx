'use client';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { Section, Segmented } from '@/components/ui';

const THEMES = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
type Theme = (typeof THEMES)[number]['value'];

/** Light or dark, or whatever the machine says; kept in this browser. */
export function AppearanceCard() {
  const { theme = 'system', setTheme } = useTheme();
  // The server does not know what this browser keeps.
  const [known, setKnown] = useState(false);
  useEffect(() => setKnown(true), []);
  return (
    <Section title="Appearance">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Segmented<Theme>
          label="Theme"
          value={known ? (theme as Theme) : 'system'}
          onChange={setTheme}
          options={[...THEMES]}
        />
        <p className="text-sm text-muted">Kept in this browser. Less motion follows the system’s own setting.</p>
      </div>
    </Section>
  );
}
