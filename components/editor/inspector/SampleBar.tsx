'use client';
import { useState } from 'react';
import type { Json } from '@/lib/base/json';
import { Button } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { Dialog } from '../../ui/Dialog';
import { agoText } from '../../ui/format';
import { Select } from '../../ui/Select';
import { defaultsOf } from '../../ui/schema';
import { useEditor } from '../state/context';
import { useSample, useSampleSource } from './sample';

const LAST = '@last';
const SCHEMA = '@schema';
const OWN = '@own';
const RUNS = 12;

/** Which data the values below are of: a run that was, the schemas' examples, or an input typed here. */
export function SampleBar({ node }: { node: string }) {
  const { source, runs, setSource } = useSampleSource();
  const sample = useSample(node);
  const [typing, setTyping] = useState(false);
  const value = source.kind === 'run' ? (source.runId ?? LAST) : source.kind === 'schema' ? SCHEMA : OWN;
  const [last] = runs;
  const choose = (next: string) => {
    if (next === OWN) setTyping(true);
    else setSource(next === SCHEMA ? { kind: 'schema' } : { kind: 'run', runId: next === LAST ? null : next });
  };
  return (
    <div className="flex items-center gap-2">
      <span className="shrink-0 text-xs text-muted" id={`sample-${node}`}>
        Values of
      </span>
      <Select
        size="sm"
        aria-label="Values of"
        value={value}
        onChange={choose}
        options={[
          {
            value: LAST,
            label: last ? `the last run (${agoText(last.startedAt, Date.now())})` : 'the last run (none yet: examples)',
          },
          ...runs.slice(0, RUNS).map((run) => ({
            value: run.id,
            label: `run ${agoText(run.startedAt, Date.now())}, ${run.status.toLowerCase().replace('_', ' ')}`,
          })),
          { value: SCHEMA, label: 'examples of the schemas' },
          { value: OWN, label: source.kind === 'own' ? 'your own input' : 'your own input…' },
        ]}
      />
      {source.kind === 'own' ? (
        <Button size="sm" variant="ghost" onClick={() => setTyping(true)}>
          Edit
        </Button>
      ) : null}
      {typing ? (
        <OwnInput
          initial={source.kind === 'own' ? source.input : sample?.input.value}
          onClose={() => setTyping(false)}
          onChosen={(input) => {
            setSource({ kind: 'own', input });
            setTyping(false);
          }}
        />
      ) : null}
    </div>
  );
}

function OwnInput({
  initial,
  onClose,
  onChosen,
}: {
  initial: Json | undefined;
  onClose: () => void;
  onChosen: (input: Json) => void;
}) {
  const schema = useEditor((state) => state.document.input);
  const [text, setText] = useState(() => JSON.stringify(initial ?? defaultsOf(schema) ?? {}, null, 2));
  const [fault, setFault] = useState<string | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Your own input"
      description="A workflow input to see values and results with. It is not saved, and starts no run."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => {
              try {
                onChosen(JSON.parse(text) as Json);
              } catch (error) {
                setFault(error instanceof Error ? error.message : 'Not JSON.');
              }
            }}
          >
            Use it
          </Button>
        </>
      }
    >
      <CodeField
        label="Input as JSON"
        value={text}
        minHeight="120px"
        maxHeight="50vh"
        onChange={setText}
        invalid={fault !== null}
      />
      {fault ? (
        <p role="alert" className="mt-1 text-xs text-danger">
          Not JSON yet: {fault}
        </p>
      ) : null}
    </Dialog>
  );
}
