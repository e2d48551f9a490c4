'use client';
/**
 * What the server says of itself, held against this page: another build is served now; its clock and this one differ.
 * @module
 */
import { Clock, RefreshCw } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '../ui/Button';
import { setServerTime } from '../ui/clock';
import { durationText } from '../ui/format';
import { useStream } from './Stream';

/** ms; less is told by nothing on the screen */
const WRONG_CLOCK = 5 * 60_000;

export function ServerNews({ build }: { build: string }) {
  const [newer, setNewer] = useState(false);
  const [skew, setSkew] = useState(0);
  const [closed, setClosed] = useState(false);
  useStream((message) => {
    if (message.kind !== 'hello') return;
    setNewer(message.build !== build);
    setSkew(setServerTime(message.now));
  });
  const wrong = Math.abs(skew) > WRONG_CLOCK && !closed;
  return (
    <>
      {newer ? (
        <Notice
          icon={<RefreshCw />}
          action={
            <Button size="sm" onClick={() => window.location.reload()}>
              Reload
            </Button>
          }
        >
          <span className="font-medium">Action Engine was updated while this page was open.</span> Reload it to go on;
          changes that are not saved yet are kept in this browser and come back.
        </Notice>
      ) : null}
      {wrong ? (
        <Notice
          icon={<Clock />}
          action={
            <Button size="sm" variant="ghost" onClick={() => setClosed(true)}>
              I know
            </Button>
          }
        >
          <span className="font-medium">
            This computer’s clock is {durationText(Math.abs(skew))} {skew > 0 ? 'ahead of' : 'behind'} the server’s.
          </span>{' '}
          Durations here count by the server’s clock; the times of day shown are this computer’s.
        </Notice>
      ) : null}
    </>
  );
}

function Notice({ icon, children, action }: { icon: ReactNode; children: ReactNode; action: ReactNode }) {
  return (
    <div
      role="status"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-warning/40 bg-warning/10 px-4 py-1.5 text-sm [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-warning"
    >
      {icon}
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  );
}
