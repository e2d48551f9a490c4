'use client';
import { ChevronRight } from 'lucide-react';
import { WhyBody } from '../../ask/DraftWhy';
import { useEditor } from '../state/context';

/** A step of a draft says why it is there; closed until somebody asks. Nothing for steps that people made. */
export function WhyStep({ id }: { id: string }) {
  const step = useEditor((state) => state.detail.plan?.explanation?.steps.find(({ node }) => node === id));
  if (!step) return null;
  return (
    <details className="group border-y px-4 py-1">
      <summary className="flex min-h-7 cursor-pointer list-none items-center gap-1.5 rounded-sm text-xs font-medium text-muted hover:text-text [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-3.5 transition-transform group-open:rotate-90" aria-hidden />
        Why this step
      </summary>
      <div className="max-h-72 overflow-y-auto pt-1 pb-2">
        <WhyBody step={step} />
      </div>
    </details>
  );
}
