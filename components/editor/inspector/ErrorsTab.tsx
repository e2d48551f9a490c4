'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import {
  addCatcher,
  childrenOf,
  connect,
  disconnect,
  edgeOf,
  type NodeOf,
  type Retrier,
  removeCatcher,
  setCatcher,
  setField,
  setRetry,
} from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Field, Input } from '../../ui/Input';
import { useEditor } from '../state/context';
import { TargetSelect } from './ChoiceRules';
import { MappingField } from './MappingField';

const ERRORS = [
  'States.ALL',
  'States.TaskFailed',
  'States.Timeout',
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.DataLimitExceeded',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
];
type Node = NodeOf<'task' | 'parallel' | 'map'>;

/** What happens when the step fails: try again, go another way, give up after a time. */
export function ErrorsTab({ node }: { node: Node }) {
  const edit = useEditor((state) => state.edit);
  const graph = useEditor((state) => state.document.graph);
  const targets = childrenOf(graph, node.parent).filter((other) => other.id !== node.id);
  const retry = node.retry ?? [];
  const catchers = node.catchers ?? [];
  const setRetrier = (index: number, retrier: Retrier) =>
    edit(
      (now) =>
        setRetry(
          now,
          node.id,
          retry.map((old, i) => (i === index ? retrier : old)),
        ),
      { merge: `retry:${node.id}:${index}` },
    );
  return (
    <div className="flex flex-col gap-5">
      <section className="flex flex-col gap-2.5">
        <h3 className="text-xs font-medium">Try again</h3>
        {retry.map((retrier, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a retrier is its place
          <div key={index} className="flex flex-col gap-2 rounded-lg border p-3">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <ErrorNames
                  value={retrier.errorEquals}
                  onChange={(errorEquals) => setRetrier(index, { ...retrier, errorEquals })}
                />
              </div>
              <IconButton
                label={`Remove retry ${index + 1}`}
                size="sm"
                onClick={() =>
                  edit((now) =>
                    setRetry(
                      now,
                      node.id,
                      retry.filter((_, i) => i !== index),
                    ),
                  )
                }
              >
                <Trash2 className="size-3.5" />
              </IconButton>
            </div>
            <div className="grid grid-cols-3 gap-2">
              <NumberField
                label="Times"
                value={retrier.maxAttempts}
                placeholder="3"
                onChange={(maxAttempts) => setRetrier(index, withNumber(retrier, 'maxAttempts', maxAttempts))}
              />
              <NumberField
                label="First after, s"
                value={retrier.intervalSeconds}
                placeholder="1"
                onChange={(seconds) => setRetrier(index, withNumber(retrier, 'intervalSeconds', seconds))}
              />
              <NumberField
                label="Then times"
                value={retrier.backoffRate}
                placeholder="2"
                onChange={(rate) => setRetrier(index, withNumber(retrier, 'backoffRate', rate))}
              />
            </div>
          </div>
        ))}
        <Button
          size="sm"
          className="self-start"
          onClick={() =>
            edit((now) =>
              setRetry(now, node.id, [
                ...retry,
                { errorEquals: ['States.TaskFailed'], intervalSeconds: 1, maxAttempts: 3, backoffRate: 2 },
              ]),
            )
          }
        >
          <Plus className="size-3.5" aria-hidden /> Retry
        </Button>
      </section>
      <section className="flex flex-col gap-2.5">
        <h3 className="text-xs font-medium">Otherwise, on an error</h3>
        {catchers.map((catcher, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a catcher is its place
          <div key={index} className="flex flex-col gap-2 rounded-lg border border-dashed p-3">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <ErrorNames
                  value={catcher.errorEquals}
                  onChange={(errorEquals) =>
                    edit((now) => setCatcher(now, node.id, index, { ...catcher, errorEquals }), {
                      merge: `catch:${node.id}:${index}`,
                    })
                  }
                />
              </div>
              <IconButton
                label={`Remove catcher ${index + 1}`}
                size="sm"
                onClick={() => edit((now) => removeCatcher(now, node.id, index))}
              >
                <Trash2 className="size-3.5" />
              </IconButton>
            </div>
            <div className="flex items-center gap-2">
              <span className="shrink-0 text-xs text-muted">go to</span>
              <TargetSelect
                label={`Catcher ${index + 1} goes to`}
                value={edgeOf(graph, node.id, 'catch', index)?.to}
                targets={targets}
                onChange={(to) =>
                  edit((now) =>
                    to
                      ? connect(now, node.id, to, 'catch', index)
                      : disconnect(now, edgeOf(now.graph, node.id, 'catch', index)?.id ?? ''),
                  )
                }
              />
            </div>
          </div>
        ))}
        <Button size="sm" className="self-start" onClick={() => edit((now) => addCatcher(now, node.id))}>
          <Plus className="size-3.5" aria-hidden /> Catch
        </Button>
        {catchers.length === 0 ? (
          <p className="text-xs text-muted">Without a catcher, an error that is left after the retries ends the run.</p>
        ) : null}
      </section>
      {node.kind === 'task' ? (
        <section className="flex flex-col gap-3">
          <MappingField
            target={node.id}
            label="Give up after, seconds"
            schema={{ type: 'integer', minimum: 1 }}
            mapping={node.timeout}
            path={['timeout']}
            set={(document, mapping) => setField(document, node.id, 'timeout', mapping)}
          />
        </section>
      ) : null}
    </div>
  );
}

function withNumber(
  retrier: Retrier,
  field: 'maxAttempts' | 'intervalSeconds' | 'backoffRate',
  value: number | undefined,
): Retrier {
  const { [field]: _old, ...rest } = retrier;
  return value === undefined ? rest : { ...rest, [field]: value };
}

function NumberField({
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

/** Error names, with a comma between them. */
function ErrorNames({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <>
      <Input
        aria-label="Errors"
        list={list}
        className="font-mono text-xs"
        placeholder="States.ALL"
        value={typed ?? value.join(', ')}
        onChange={(event) => {
          setTyped(event.target.value);
          onChange(
            event.target.value
              .split(',')
              .map((name) => name.trim())
              .filter(Boolean),
          );
        }}
        onBlur={() => setTyped(null)}
      />
      <datalist id={list}>
        {ERRORS.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
