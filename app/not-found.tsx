import { SearchX } from 'lucide-react';
import Link from 'next/link';
import { Button, EmptyState } from '@/components/ui';

export default function NotFound() {
  return (
    <EmptyState
      icon={<SearchX />}
      title="There is nothing here"
      className="min-h-[60vh]"
      action={
        <>
          <Button asChild>
            <Link href="/">Home</Link>
          </Button>
          <Button asChild>
            <Link href="/workflows">Workflows</Link>
          </Button>
          <Button asChild>
            <Link href="/runs">Runs</Link>
          </Button>
        </>
      }
    >
      It may have been deleted, or the address has a slip.
    </EmptyState>
  );
}
