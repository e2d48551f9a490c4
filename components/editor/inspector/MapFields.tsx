'use client';
/**
 * A loop's settings in the order in which they matter: what it goes over, how many at once, and at scale the rest. Long,
 * because each has fields of its own and few are like another.
 */
import { useState } from 'react';
import type { Json } from '@/lib/base/json';
import { languageOf, type NodeOf, setField } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { Checkbox, Field, Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { useEditor } from '../state/context';
import { ArgumentFields, fieldNames } from './ArgumentFields';
import { JsonMapping } from './JsonMapping';
import { MappingField } from './MappingField';
import {
  numberOf,
  PUT,
  READERS,
  type Reader,
  type ReaderKind,
  readReader,
  readWriter,
  withNumber,
  writeReader,
  writeWriter,
} from './map-settings';
import { useFieldProblem } from './problem';
import { NumberField } from './Retries';

type MapStep = NodeOf<'map'>;
type JsonRecord = NonNullable<MapStep['itemReader']>;
const DATA = '@data';
const OTHER = '@other';

export function MapFields({ node }: { node: MapStep }) {
  const edit = useEditor((state) => state.edit);
  const itemsProblem = useFieldProblem(node.id, ['items']);
  const distributed = node.processorConfig?.Mode === 'DISTRIBUTED';
  return (
    <div className="flex flex-col gap-4">
      {distributed ? <ReaderFields node={node} /> : null}
      {distributed && node.itemReader ? null : (
        <MappingField
          target={node.id}
          label="Items"
          required
          schema={{ type: 'array' }}
          hint="The list: each item goes through the steps inside."
          mapping={node.items}
          path={['items']}
          problem={itemsProblem}
          set={(document, mapping) => setField(document, node.id, 'items', mapping)}
        />
      )}
      <MappingField
        target={node.id}
        label="At once, at most"
        schema={{ type: 'integer', minimum: 0, examples: [4] }}
        hint="Empty or 0: as many as possible."
        mapping={node.maxConcurrency}
        path={['maxConcurrency']}
        set={(document, mapping) => setField(document, node.id, 'maxConcurrency', mapping)}
      />
      <ItemSelector node={node} />
      <Checkbox
        label={
          <span>
            At large scale
            <span className="block text-xs text-muted">
              Each item, or each batch, runs as an execution of its own: up to 10,000 at once, and some may fail.
            </span>
          </span>
        }
        checked={distributed}
        onChange={(event) =>
          edit((now) =>
            setField(
              now,
              node.id,
              'processorConfig',
              event.target.checked ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } : { Mode: 'INLINE' },
            ),
          )
        }
      />
      {distributed ? <AtScale node={node} /> : null}
    </div>
  );
}

/** Empty, each item is given as it is; else an object of the fields here. */
function ItemSelector({ node }: { node: MapStep }) {
  const [asJson, setAsJson] = useState(false);
  const selector = node.itemSelector;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-lg border p-3">
      <legend className="px-1 text-xs font-medium">What each item is given</legend>
      <p className="text-xs text-muted">Without fields: the item itself. Fields here go to the steps inside instead.</p>
      {asJson || fieldNames(selector) === null ? (
        <JsonMapping
          node={node}
          label="What each item is given"
          mapping={selector}
          path={['itemSelector']}
          set={(document, mapping) => setField(document, node.id, 'itemSelector', mapping)}
        />
      ) : (
        <ArgumentFields node={node} at={[]} schema={{}} mapping={selector} base={['itemSelector']} />
      )}
      {selector ? (
        <Button size="sm" variant="ghost" className="-ml-2.5 self-start" onClick={() => setAsJson(!asJson)}>
          {asJson ? 'As fields' : 'As JSON'}
        </Button>
      ) : null}
    </fieldset>
  );
}

function ReaderFields({ node }: { node: MapStep }) {
  const edit = useEditor((state) => state.edit);
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const raw = node.itemReader;
  const reader = readReader(raw, language);
  const put = (next: Reader) =>
    edit((now) => setField(now, node.id, 'itemReader', writeReader(next, language, raw)), {
      merge: `reader:${node.id}`,
    });
  const choose = (from: string) => {
    if (from === OTHER) return;
    if (from === DATA) edit((now) => setField(now, node.id, 'itemReader', undefined));
    else put({ bucket: '', key: '', header: true, maxItems: undefined, ...reader, from: from as ReaderKind });
  };
  const computed = language === 'JSONata' ? '{% $bucket %}' : '$.bucket';
  return (
    <>
      <Field label="Go over">
        {(control) => (
          <Select
            {...control}
            value={raw === undefined ? DATA : (reader?.from ?? OTHER)}
            onChange={choose}
            options={[
              { value: DATA, label: 'a list in the data' },
              ...READERS.map(({ value, label }) => ({ value, label })),
              ...(raw && !reader ? [{ value: OTHER, label: 'something else' }] : []),
            ]}
          />
        )}
      </Field>
      {reader ? (
        <>
          <TextField
            label="Bucket"
            placeholder={`my-bucket, or ${computed}`}
            value={reader.bucket}
            onChange={(bucket) => put({ ...reader, bucket })}
          />
          <TextField
            label={reader.from === 'objects' ? 'Names begin with' : 'File'}
            placeholder={reader.from === 'objects' ? 'uploads/' : 'folder/orders.csv'}
            value={reader.key}
            onChange={(key) => put({ ...reader, key })}
          />
          <NumberField
            label="Items, at most"
            placeholder="all of them"
            value={reader.maxItems}
            onChange={(maxItems) => put({ ...reader, maxItems })}
          />
        </>
      ) : null}
      {raw ? (
        <RawSetting
          label="Item reader as JSON"
          value={raw}
          onChange={(next) => edit((now) => setField(now, node.id, 'itemReader', next), { merge: `reader:${node.id}` })}
        />
      ) : null}
    </>
  );
}

function AtScale({ node }: { node: MapStep }) {
  const edit = useEditor((state) => state.edit);
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const writer = readWriter(node.resultWriter, language);
  const batch = (name: 'MaxItemsPerBatch' | 'MaxInputBytesPerBatch', label: string) => (
    <NumberField
      label={label}
      placeholder="no batches"
      value={numberOf(node.itemBatcher, name)}
      onChange={(value) =>
        edit((now) => setField(now, node.id, 'itemBatcher', withNumber(node.itemBatcher, name, value)), {
          merge: `batch:${node.id}`,
        })
      }
    />
  );
  return (
    <>
      <fieldset className="flex flex-col gap-3 rounded-lg border p-3">
        <legend className="px-1 text-xs font-medium">Batches</legend>
        <div className="grid grid-cols-2 gap-2">
          {batch('MaxItemsPerBatch', 'Items in one')}
          {batch('MaxInputBytesPerBatch', 'Bytes in one')}
        </div>
        <p className="text-xs text-muted">The steps inside are then given a list of items as “Items”.</p>
        {node.itemBatcher ? (
          <RawSetting
            label="Batches as JSON"
            value={node.itemBatcher}
            onChange={(next) =>
              edit((now) => setField(now, node.id, 'itemBatcher', next), { merge: `batch:${node.id}` })
            }
          />
        ) : null}
      </fieldset>
      <fieldset className="flex flex-col gap-4 rounded-lg border p-3">
        <legend className="px-1 text-xs font-medium">Failures tolerated</legend>
        <MappingField
          target={node.id}
          label="Percent"
          schema={{ type: 'number', minimum: 0, maximum: 100, examples: [5] }}
          mapping={node.toleratedFailurePercentage}
          path={['toleratedFailurePercentage']}
          set={(document, mapping) => setField(document, node.id, 'toleratedFailurePercentage', mapping)}
        />
        <MappingField
          target={node.id}
          label="Items"
          schema={{ type: 'integer', minimum: 0, examples: [10] }}
          hint="Both empty: the first that fails ends the loop."
          mapping={node.toleratedFailureCount}
          path={['toleratedFailureCount']}
          set={(document, mapping) => setField(document, node.id, 'toleratedFailureCount', mapping)}
        />
      </fieldset>
      <fieldset className="flex flex-col gap-3 rounded-lg border p-3">
        <legend className="px-1 text-xs font-medium">Results</legend>
        <Checkbox
          label="Write them to S3"
          checked={node.resultWriter !== undefined}
          onChange={(event) =>
            edit((now) => setField(now, node.id, 'resultWriter', event.target.checked ? { Resource: PUT } : undefined))
          }
        />
        {writer ? (
          <>
            <TextField
              label="Bucket for the results"
              placeholder="my-bucket"
              value={writer.bucket}
              onChange={(bucket) =>
                edit(
                  (now) =>
                    setField(
                      now,
                      node.id,
                      'resultWriter',
                      writeWriter({ ...writer, bucket }, language, node.resultWriter),
                    ),
                  { merge: `writer:${node.id}` },
                )
              }
            />
            <TextField
              label="Names begin with"
              placeholder="results/"
              value={writer.prefix}
              onChange={(prefix) =>
                edit(
                  (now) =>
                    setField(
                      now,
                      node.id,
                      'resultWriter',
                      writeWriter({ ...writer, prefix }, language, node.resultWriter),
                    ),
                  { merge: `writer:${node.id}` },
                )
              }
            />
          </>
        ) : null}
        {node.resultWriter ? (
          <RawSetting
            label="Result writer as JSON"
            value={node.resultWriter}
            onChange={(next) =>
              edit((now) => setField(now, node.id, 'resultWriter', next), { merge: `writer:${node.id}` })
            }
          />
        ) : null}
      </fieldset>
      <Field label="Label" hint="Part of the names of its executions; up to 40 characters.">
        {(control) => (
          <Input
            {...control}
            maxLength={40}
            value={node.label ?? ''}
            onChange={(event) =>
              edit((now) => setField(now, node.id, 'label', event.target.value || undefined), {
                merge: `label:${node.id}`,
              })
            }
          />
        )}
      </Field>
    </>
  );
}

function TextField({
  label,
  value,
  placeholder,
  onChange,
}: {
  label: string;
  value: string;
  placeholder: string;
  onChange: (text: string) => void;
}) {
  return (
    <Field label={label}>
      {(control) => (
        <Input
          {...control}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A setting word for word, for what the fields above do not show. */
function RawSetting({
  label,
  value,
  onChange,
}: {
  label: string;
  value: JsonRecord;
  onChange: (value: JsonRecord) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState(false);
  return (
    <details className="text-xs">
      <summary className="min-h-6 cursor-pointer text-muted">As JSON</summary>
      <CodeField
        label={label}
        value={typed ?? JSON.stringify(value, null, 2)}
        minHeight="72px"
        maxHeight="240px"
        invalid={fault}
        onBlur={() => !fault && setTyped(null)}
        onChange={(text) => {
          setTyped(text);
          try {
            const parsed = JSON.parse(text) as Json;
            if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('no object');
            setFault(false);
            onChange(parsed);
          } catch {
            setFault(true);
          }
        }}
      />
      {fault ? <p className="text-danger">Must be a JSON object. The last right version is kept.</p> : null}
    </details>
  );
}
