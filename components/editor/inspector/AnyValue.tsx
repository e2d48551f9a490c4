'use client';
import { useState } from 'react';
import type { Json } from '@/lib/base/json';
import { Textarea } from '../../ui/Input';
import { typeText } from '../../ui/schema';
import { shapeOf } from './data';

/** A value of no known type: words are a text, what reads as JSON is that; a text that reads as JSON has quotes. */
export function AnyValue({
  id,
  value,
  invalid,
  onChange,
}: {
  id: string;
  value: Json | undefined;
  invalid: boolean;
  onChange: (value: Json | undefined) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const text =
    value === undefined
      ? ''
      : typeof value === 'string' && readAny(value) === value
        ? value
        : JSON.stringify(value, null, typeof value === 'object' ? 2 : undefined);
  const shown = typed ?? text;
  return (
    <div className="flex flex-col gap-1">
      <Textarea
        id={id}
        rows={Math.min(8, shown.split('\n').length)}
        className="min-h-8 resize-none leading-5"
        aria-invalid={invalid || undefined}
        placeholder="words, 5, true, [1, 2]"
        value={shown}
        onBlur={() => setTyped(null)}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(readAny(event.target.value));
        }}
      />
      {value === undefined ? null : <p className="text-[11px] text-muted">{typeText(shapeOf(value) ?? undefined)}</p>}
    </div>
  );
}

const readAny = (text: string): Json => {
  if (text.trim() === '') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};
