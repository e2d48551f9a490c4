'use client';
import { useMemo, useState } from 'react';
import type { Json } from '@/lib/base/json';
import { type Mock, nodeOf } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field, Input } from '../../ui/Input';
import { Segmented } from '../../ui/Tabs';
import { manifestOf, nodeById, useEditor, useEditorStore } from '../state/context';
import { asText, JsonInput, readJson } from './JsonInput';
import { openTry, setMock } from './state';

/** Says what a step answers while the workflow is tried: a result, or an error for its retries and catchers. */
export function MockDialog({ id }: { id: string }) {
  const store = useEditorStore();
  const node = useEditor(nodeById(id));
  const manifest = useEditor(manifestOf(node));
  const old = useEditor((state) => state.document.trial?.mocks[id]);
  const [kind, setKind] = useState<Mock['kind']>(old?.kind ?? 'result');
  const example = useMemo<Json>(
    () => manifest?.examples.find(({ output }) => output !== undefined)?.output ?? {},
    [manifest],
  );
  const [value, setValue] = useState(() => asText(old?.kind === 'result' ? old.value : example));
  const [error, setError] = useState(old?.kind === 'error' ? old.error : 'States.TaskFailed');
  const [cause, setCause] = useState(old?.kind === 'error' ? old.cause : 'Mocked');
  const read = readJson(value);
  const close = () => openTry(store, null);
  if (!node) return null;
  const keep = () => {
    if (kind === 'result' && 'problem' in read) return;
    const mock: Mock = kind === 'error' ? { kind, error, cause } : { kind, value: 'value' in read ? read.value : {} };
    if (nodeOf(store.getState().document.graph, id)) setMock(store, id, mock);
    close();
  };
  return (
    <Dialog
      open
      onOpenChange={close}
      title={`Mock “${node.name}”`}
      description="In a run that uses mocks, this step is not called: it answers this. Kept beside the workflow, never in its definition."
      footer={
        <>
          {old ? (
            <Button
              variant="ghost"
              className="mr-auto"
              onClick={() => {
                setMock(store, id, null);
                close();
              }}
            >
              Remove the mock
            </Button>
          ) : null}
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            onClick={keep}
            disabled={kind === 'result' ? 'problem' in read : error.trim() === ''}
          >
            Mock it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Segmented
          label="What it does"
          value={kind}
          onChange={setKind}
          options={[
            { value: 'result', label: 'Answers' },
            { value: 'error', label: 'Fails' },
          ]}
        />
        {kind === 'result' ? (
          <JsonInput
            label="Its answer"
            value={value}
            onChange={setValue}
            hint={manifest ? `As “${manifest.title}” would give it.` : 'As the service would give it.'}
            minHeight="120px"
          />
        ) : (
          <>
            <Field label="Error" hint="What retries and catchers look for, as States.Timeout.">
              {(control) => (
                <Input
                  {...control}
                  value={error}
                  onChange={(event) => setError(event.target.value)}
                  className="font-mono"
                />
              )}
            </Field>
            <Field label="Cause">
              {(control) => <Input {...control} value={cause} onChange={(event) => setCause(event.target.value)} />}
            </Field>
          </>
        )}
      </div>
    </Dialog>
  );
}
