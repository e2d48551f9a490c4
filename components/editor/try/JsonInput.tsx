'use client';
import type { Json } from '@/lib/base/json';
import { parseText } from '@/lib/compile';
import { CodeField } from '../../ui/CodeField';

/** A text that is to be JSON, and what is wrong with it. */
export function readJson(text: string): { value: Json } | { problem: string } {
  const { root, faults } = parseText(text, 'json');
  const [fault] = faults;
  if (!root || fault)
    return { problem: `Not JSON yet, line ${fault?.line ?? 1}: ${fault?.message ?? 'the text is empty'}` };
  return { value: root.value };
}

export function JsonInput({
  label,
  value,
  onChange,
  hint,
  minHeight = '88px',
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
  hint?: string;
  minHeight?: string;
}) {
  const read = readJson(value);
  return (
    <div className="flex flex-col gap-1">
      <span className="text-sm font-medium">{label}</span>
      {hint ? <span className="text-xs text-muted">{hint}</span> : null}
      <CodeField
        label={label}
        value={value}
        onChange={onChange}
        minHeight={minHeight}
        maxHeight="30vh"
        invalid={'problem' in read}
      />
      {'problem' in read ? <span className="text-xs text-danger">{read.problem}</span> : null}
    </div>
  );
}

export const asText = (value: Json | undefined): string => JSON.stringify(value ?? {}, null, 2);
