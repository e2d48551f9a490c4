'use client';
import { useState } from 'react';
import { cn } from './cn';
import { copyText } from './JsonView';

/** A definition's fingerprint: the same workflow, the same letters. A click copies all of it. */
export function Fingerprint({ hash, className }: { hash: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  if (!hash) return null;
  return (
    <button
      type="button"
      title={`Fingerprint of the definition: ${hash}. Copy`}
      onClick={async () => {
        await copyText(hash);
        setCopied(true);
        setTimeout(() => setCopied(false), 1200);
      }}
      className={cn('rounded-sm px-1.5 font-mono text-muted hover:bg-hover hover:text-text', className)}
    >
      {copied ? 'copied' : hash.slice(0, 8)}
    </button>
  );
}
