'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { type NodeOf, type Retrier, setRetry } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Checkbox, Field, Input } from '../../ui/Input';
import { Menu } from '../../ui/Menu';
import { useEditor } from '../state/context';
import { ErrorNames } from './ErrorNames';
import { PRESETS, waitsOf, waitsText } from './retries';

/** When a step that failed is tried again: ready-made or by numbers, with the waits drawn to scale. */
export function Retries({ node }: { node: NodeOf<'task' | 'parallel' | 'map'> }) {
  const edit = useEditor((state) => state.edit);
  const retry = node.retry ?? [];
  const put = (next: Retrier[], merge?: string) => edit((now) => setRetry(now, node.id, next), { merge });
  return (
    <section className="flex flex-col gap-2.5" aria-label="Try again">
      <h3 className="text-xs font-medium">Try again</h3>
      {retry.map((retrier, index) => (
        <RetrierCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a retrier is its place
          key={index}
          index={index}
          retrier={retrier}
          onRemove={() => put(retry.filter((_, i) => i !== index))}
          onChange={(next) =>
            put(
              retry.map((old, i) => (i === index ? next : old)),
              `retry:${node.id}:${index}`,
            )
          }
        />
      ))}
      <Menu
        align="start"
        trigger={
          <Button size="sm" className="self-start">
            <Plus className="size-3.5" aria-hidden /> Retry
          </Button>
        }
        items={PRESETS.map(({ label, make }) => ({
          label,
          onSelect: () => {
            const made = make();
            // What is meant for any error comes last, or those behind it would never be asked.
            const last = retry.at(-1)?.errorEquals.includes('States.ALL') && !made.errorEquals.includes('States.ALL');
            put(last ? [...retry.slice(0, -1), made, ...retry.slice(-1)] : [...retry, made]);
          },
        }))}
      />
    </section>
  );
}

function RetrierCard({
  retrier,
  index,
  onChange,
  onRemove,
}: {
  retrier: Retrier;
  index: number;
  onChange: (retrier: Retrier) => void;
  onRemove: () => void;
}) {
  const number = (
    field: 'maxAttempts' | 'intervalSeconds' | 'backoffRate' | 'maxDelaySeconds',
    label: string,
    placeholder: string,
  ) => (
    <NumberField
      label={label}
      value={retrier[field]}
      placeholder={placeholder}
      onChange={(value) => {
        const { [field]: _old, ...rest } = retrier;
        onChange(value === undefined ? rest : { ...rest, [field]: value });
      }}
    />
  );
  return (
    <section aria-label={`Retry ${index + 1}`} className="flex flex-col gap-2 rounded-lg border p-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <ErrorNames value={retrier.errorEquals} onChange={(errorEquals) => onChange({ ...retrier, errorEquals })} />
        </div>
        <IconButton label={`Remove retry ${index + 1}`} size="sm" onClick={onRemove}>
          <Trash2 className="size-3.5" />
        </IconButton>
      </div>
      <div className="grid grid-cols-2 gap-2">
        {number('maxAttempts', 'Times', '3')}
        {number('intervalSeconds', 'First after, s', '1')}
        {number('backoffRate', 'Each wait times', '2')}
        {number('maxDelaySeconds', 'No wait over, s', 'no limit')}
      </div>
      <Checkbox
        label={<span className="text-xs">Spread the tries by chance (jitter)</span>}
        checked={retrier.jitterStrategy === 'FULL'}
        onChange={(event) => {
          const { jitterStrategy: _old, ...rest } = retrier;
          onChange(event.target.checked ? { ...rest, jitterStrategy: 'FULL' } : rest);
        }}
      />
      <WaitsLine retrier={retrier} />
    </section>
  );
}

const WIDTH = 280;
const SIDE = 6;

/** The tries on a line of time. */
function WaitsLine({ retrier }: { retrier: Retrier }) {
  const waits = waitsOf(retrier);
  const sum = waits.reduce((all, wait) => all + wait, 0);
  let at = 0;
  const places = [0, ...waits.map((wait) => (at += wait))].map(
    (place) => SIDE + (sum === 0 ? 0 : (place / sum) * (WIDTH - 2 * SIDE)),
  );
  return (
    <div className="flex flex-col gap-1 border-t pt-2">
      {waits.length > 0 ? (
        <svg viewBox={`0 0 ${WIDTH} 16`} className="h-4 w-full" aria-hidden>
          <line x1={SIDE} y1="8" x2={WIDTH - SIDE} y2="8" stroke="var(--border-strong)" strokeWidth="2" />
          {places.map((x, i) => (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: a try is its place
              key={i}
              cx={x}
              cy="8"
              r={i === 0 ? 4 : 3.5}
              fill={i === 0 ? 'var(--status-failed)' : 'var(--status-retrying)'}
            />
          ))}
        </svg>
      ) : null}
      <p className="text-xs text-muted" role="note" aria-label="Waits">
        {waitsText(retrier)}
      </p>
    </div>
  );
}

export function NumberField({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: number | undefined;
  placeholder: string;
  onChange: (value: number | undefined) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Field label={<span className="text-[11px] text-muted">{label}</span>}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          placeholder={placeholder}
          value={typed ?? value ?? ''}
          onBlur={() => setTyped(null)}
          onChange={(event) => {
            setTyped(event.target.value);
            const number = Number(event.target.value);
            if (event.target.value.trim() === '') onChange(undefined);
            else if (Number.isFinite(number)) onChange(number);
          }}
        />
      )}
    </Field>
  );
}
