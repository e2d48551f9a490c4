'use client';
import { Button, ErrorNote } from '@/components/ui';

/** A page that could not be shown: what is known of why, and a way on. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <ErrorNote
        problem={{
          code: error.digest ?? 'UNEXPECTED',
          message: error.digest ? 'This page could not be shown.' : error.message,
          hint: 'Try again. If it stays so, the lines of the server name the reason; nothing was lost.',
        }}
        actions={
          <Button size="sm" onClick={reset}>
            Try again
          </Button>
        }
      />
    </div>
  );
}
