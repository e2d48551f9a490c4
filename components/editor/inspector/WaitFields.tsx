'use client';
import { useState } from 'react';
import { type Mapping, type NodeOf, setField } from '@/lib/graph';
import { Field, Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { useEditor } from '../state/context';
import { MappingField } from './MappingField';
import { useFieldProblem } from './problem';
import { secondsText } from './retries';

type How = 'seconds' | 'moment' | 'seconds-data' | 'moment-data';
const UNITS = [
  { value: '1', label: 'seconds' },
  { value: '60', label: 'minutes' },
  { value: '3600', label: 'hours' },
  { value: '86400', label: 'days' },
];

/** For how long, or until when: written down, or taken from the data. */
export function WaitFields({ node }: { node: NodeOf<'wait'> }) {
  const edit = useEditor((state) => state.edit);
  const problem = useFieldProblem(node.id, ['wait']);
  const [chosen, setChosen] = useState<How | null>(null);
  const kind = node.wait?.for ?? 'seconds';
  const value = node.wait?.value;
  const literal = !value || value.kind === 'literal';
  const fixed = value?.kind === 'literal' ? value.value : undefined;
  const how: How =
    chosen ?? (kind === 'seconds' ? (literal ? 'seconds' : 'seconds-data') : literal ? 'moment' : 'moment-data');
  const put = (what: 'seconds' | 'timestamp', mapping: Mapping | undefined) =>
    edit((now) => setField(now, node.id, 'wait', mapping ? { for: what, value: mapping } : null), {
      merge: `wait:${node.id}`,
    });
  const choose = (next: string) => {
    setChosen(next as How);
    if (next === 'seconds') put('seconds', { kind: 'literal', value: 5 });
    if (next === 'moment') put('timestamp', { kind: 'literal', value: textOf(new Date(Date.now() + 3_600_000)) });
  };
  return (
    <>
      <Field
        label="Wait"
        hint="To wait until a person or another system answers, tick “Wait for a callback” at the step that asks them."
      >
        {(control) => (
          <Select
            {...control}
            value={how}
            onChange={choose}
            options={[
              { value: 'seconds', label: 'for some time' },
              { value: 'moment', label: 'until a moment' },
              { value: 'seconds-data', label: 'for a time that the data says' },
              { value: 'moment-data', label: 'until a moment that the data says' },
            ]}
          />
        )}
      </Field>
      {how === 'seconds' ? (
        <Duration
          seconds={typeof fixed === 'number' ? fixed : undefined}
          problem={problem}
          onChange={(seconds) =>
            put('seconds', seconds === undefined ? undefined : { kind: 'literal', value: seconds })
          }
        />
      ) : how === 'moment' ? (
        <Moment
          text={typeof fixed === 'string' ? fixed : ''}
          problem={problem}
          onChange={(text) => put('timestamp', text === '' ? undefined : { kind: 'literal', value: text })}
        />
      ) : (
        <MappingField
          target={node.id}
          label={how === 'seconds-data' ? 'Seconds' : 'Moment'}
          required
          modes={['data', 'expression']}
          schema={how === 'seconds-data' ? { type: 'integer', minimum: 0 } : { type: 'string', format: 'date-time' }}
          hint={how === 'seconds-data' ? 'A whole number.' : 'A text as 2027-01-01T09:00:00Z.'}
          mapping={
            value && value.kind !== 'literal' && kind === (how === 'seconds-data' ? 'seconds' : 'timestamp')
              ? value
              : undefined
          }
          path={['wait', 'value']}
          problem={problem}
          set={(document, mapping) =>
            setField(
              document,
              node.id,
              'wait',
              mapping ? { for: how === 'seconds-data' ? 'seconds' : 'timestamp', value: mapping } : null,
            )
          }
        />
      )}
    </>
  );
}

/** A number and a unit; the definition holds seconds. */
function Duration({
  seconds,
  problem,
  onChange,
}: {
  seconds: number | undefined;
  problem?: string;
  onChange: (seconds: number | undefined) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [unit, setUnit] = useState(
    () =>
      UNITS.findLast(({ value }) => seconds !== undefined && seconds > 0 && seconds % Number(value) === 0)?.value ??
      '1',
  );
  const shown = seconds === undefined ? '' : String(seconds / Number(unit));
  return (
    <Field
      label="How long"
      required
      error={problem}
      hint={seconds ? `${secondsText(seconds)} · up to a year` : 'Up to a year.'}
    >
      {(control) => (
        <div className="flex gap-2">
          <Input
            {...control}
            inputMode="decimal"
            value={typed ?? shown}
            onBlur={() => setTyped(null)}
            onChange={(event) => {
              const text = event.target.value;
              setTyped(text);
              const number = Number(text);
              if (text.trim() === '') onChange(undefined);
              else if (Number.isFinite(number) && number >= 0) onChange(Math.round(number * Number(unit)));
            }}
          />
          <Select
            aria-label="Unit"
            className="w-32 shrink-0"
            value={unit}
            options={UNITS}
            onChange={(next) => {
              setUnit(next);
              const number = Number(typed ?? shown);
              if (Number.isFinite(number) && shown !== '') onChange(Math.round(number * Number(next)));
            }}
          />
        </div>
      )}
    </Field>
  );
}

/** A moment by the clock of this place; the definition holds it in UTC. */
function Moment({ text, problem, onChange }: { text: string; problem?: string; onChange: (text: string) => void }) {
  const at = new Date(text);
  const known = text !== '' && !Number.isNaN(at.getTime());
  return (
    <Field
      label="Until"
      required
      error={problem}
      hint={known ? `${text} in the definition, which counts in UTC.` : 'By your own clock.'}
    >
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          step={1}
          value={known ? localText(at) : ''}
          onChange={(event) => {
            const next = new Date(event.target.value);
            if (!Number.isNaN(next.getTime())) onChange(textOf(next));
          }}
        />
      )}
    </Field>
  );
}

const textOf = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');
const localText = (at: Date): string =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
