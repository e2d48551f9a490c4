'use client';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { getSettingsAction } from '@/lib/actions/settings';
import type { SettingsView } from '@/lib/usecases/types';
import { cn } from '../ui/cn';
import { Tooltip } from '../ui/Tooltip';
import { useConnection } from './Stream';

/** Where workflows run, and whether it answers. */
export function EngineChip() {
  const [settings, setSettings] = useState<SettingsView | null>(null);
  const { cloudReady, epoch } = useConnection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when the stream opens anew or the cloud's health changes
  useEffect(() => {
    let live = true;
    getSettingsAction()
      .then((answer) => live && answer.ok && setSettings(answer.value))
      .catch(() => undefined);
    return () => {
      live = false;
    };
  }, [epoch, cloudReady]);
  const ready = cloudReady ?? settings?.cloud.ready ?? null;
  const where = settings?.target === 'aws' ? `AWS ${settings.cloud.region}` : 'Local';
  const state = ready === null ? 'Connecting' : ready ? 'Ready' : 'Not answering';
  const what =
    settings?.target === 'aws'
      ? 'Runs on your AWS account.'
      : 'Runs on this computer, on the local cloud. Nothing leaves it.';
  return (
    <Tooltip label={`${state}. ${settings?.cloud.problem ?? what}`}>
      <Link
        href="/settings"
        aria-label={`Engine: ${where}, ${state.toLowerCase()}`}
        className="flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium text-muted hover:bg-hover hover:text-text max-md:hidden"
      >
        {where}
        <span
          aria-hidden
          className={cn(
            'size-2 rounded-full',
            ready === null
              ? 'border border-muted'
              : ready
                ? 'bg-success'
                : 'rounded-none bg-danger [clip-path:polygon(50%_0,100%_100%,0_100%)]',
          )}
        />
      </Link>
    </Tooltip>
  );
}
