import { AtSign, Bot, CircleDot, CornerDownRight, Quote, Repeat } from 'lucide-react';
import type { ArgumentOrigin, ExplainedStep } from '@/lib/draft/plan';

const ORIGINS: Record<ArgumentOrigin, { icon: typeof Quote; words: string }> = {
  prompt: { icon: Quote, words: 'from your words' },
  step: { icon: CornerDownRight, words: 'from a step before' },
  input: { icon: AtSign, words: 'asked when it runs' },
  item: { icon: Repeat, words: 'from the loop' },
  default: { icon: CircleDot, words: 'its default' },
  planner: { icon: Bot, words: 'chosen by the planner' },
};

/** Each argument with its value and where that is from, in a glyph and in words. */
export function Arguments({ list }: { list: ExplainedStep['arguments'] }) {
  return (
    <ul className="flex flex-col gap-1">
      {list.map(({ name, title, value, origin, said }) => {
        const { icon: Icon, words } = ORIGINS[origin];
        return (
          <li key={name} className="flex items-baseline gap-1.5 text-xs">
            <Icon className="size-3 shrink-0 translate-y-0.5 text-muted" aria-hidden />
            <span className="min-w-0 break-words">
              <span className="font-medium">{title}</span> <span className="text-muted">=</span> {value}{' '}
              <span className="text-muted">
                · {words}
                {said && said !== value && said !== `"${value}"` ? ` “${said}”` : ''}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
