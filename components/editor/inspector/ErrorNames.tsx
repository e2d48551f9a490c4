'use client';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/Button';
import { Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { ERROR_WORDS, wordsOf } from './retries';

const OTHER = '@other';

/** Which errors are meant: chosen by words, or typed, where a function has names of its own. */
export function ErrorNames({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const [typing, setTyping] = useState<string | null>(null);
  const add = (name: string) => {
    const wish = name.trim();
    if (wish !== '' && !value.includes(wish)) onChange([...value, wish]);
    setTyping(null);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <ul className="flex flex-wrap gap-1" aria-label="Errors">
        {value.map((name) => (
          <li
            key={name}
            className="flex min-h-6 max-w-full items-center gap-1 rounded-md border bg-sunken pl-2 text-xs has-[:disabled]:pr-2"
            title={name}
          >
            <span className="min-w-0 truncate">{wordsOf(name)}</span>
            <button
              type="button"
              aria-label={`Remove ${wordsOf(name)}`}
              disabled={value.length === 1}
              onClick={() => onChange(value.filter((other) => other !== name))}
              className="flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:text-text disabled:hidden"
            >
              <X className="size-3" aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {typing === null ? (
        <Select
          size="sm"
          aria-label="Add an error"
          value={undefined}
          placeholder="Add an error…"
          onChange={(name) => (name === OTHER ? setTyping('') : add(name))}
          options={[
            ...ERROR_WORDS.filter(({ name }) => !value.includes(name)).map(({ name, words }) => ({
              value: name,
              label: words,
              hint: name,
            })),
            { value: OTHER, label: 'Another name…', hint: 'of your function' },
          ]}
        />
      ) : (
        <div className="flex gap-1.5">
          <Input
            autoFocus
            aria-label="Name of the error"
            placeholder="OrderRejected"
            className="h-7 font-mono text-xs"
            value={typing}
            onChange={(event) => setTyping(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') add(typing);
              if (event.key === 'Escape') setTyping(null);
            }}
          />
          <Button size="sm" onClick={() => add(typing)}>
            Add
          </Button>
        </div>
      )}
    </div>
  );
}
