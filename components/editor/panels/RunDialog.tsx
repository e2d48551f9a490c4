'use client';
import { Play } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { startRunAction } from '@/lib/actions/runs';
import { startTrialAction } from '@/lib/actions/try';
import { isObject, type Json } from '@/lib/base/json';
import type { ProblemView } from '@/lib/base/problem';
import { inputRead } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { listText } from '../../ui/format';
import { SchemaForm } from '../../ui/SchemaForm';
import { blankOf, defaultsOf, type FormErrors, validateValue } from '../../ui/schema';
import { Segmented } from '../../ui/Tabs';
import { uploadFile } from '../../ui/upload';
import { useEditor, useEditorStore } from '../state/context';
import { MockSwitch, useMocks } from '../try/MockSwitch';
import { Placeholders } from '../try/Placeholders';

const isEmpty = (value: Json): boolean => isObject(value) && Object.keys(value).length === 0;

/** Asks for what a run needs, then starts it. What was given last time is there again. */
export function RunDialog({
  open,
  onOpenChange,
  onStarted,
  beforeStart,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onStarted: (jobId: string) => void;
  /** what is on the screen is saved before it is run */
  beforeStart: () => Promise<ProblemView | null>;
}) {
  const store = useEditorStore();
  const mocks = useMocks();
  const described = useEditor((state) => state.document.input);
  const graph = useEditor((state) => state.document.graph);
  const id = useEditor((state) => state.id);
  const name = useEditor((state) => state.name);
  const lastInput = useEditor((state) => state.lastInput);
  const setLastInput = useEditor((state) => state.setLastInput);
  const hasFields = Object.keys(described.properties ?? {}).length > 0;
  /** what its steps read, where nobody said what it asks for: offered, never insisted on */
  const read = useMemo(() => (open && !hasFields ? inputRead(graph) : null), [open, hasFields, graph]);
  const readNames = Object.keys(read?.properties ?? {});
  const schema = read && readNames.length > 0 ? read : described;
  const initial = useMemo<Json>(() => lastInput ?? defaultsOf(schema) ?? {}, [lastInput, schema]);
  const [value, setValue] = useState<Json | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [tab, setTab] = useState<'form' | 'json'>('form');
  const [errors, setErrors] = useState<FormErrors>({});
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [busy, setBusy] = useState(false);
  const asked = useRef<{ input: string; key: string } | null>(null);
  const input: Json = value ?? initial;

  const start = async () => {
    let given: Json = input;
    if (tab === 'json' && text !== null) {
      try {
        given = JSON.parse(text) as Json;
      } catch (error) {
        setProblem({
          code: 'NOT_JSON',
          message: 'The input is not JSON yet.',
          hint: error instanceof Error ? error.message : '',
        });
        return;
      }
    }
    const found = validateValue(described, given);
    setErrors(found);
    if (Object.keys(found).length > 0) {
      setProblem(
        tab === 'json'
          ? { code: 'INPUT_INVALID', message: Object.values(found)[0] ?? '', hint: `At ${Object.keys(found)[0]}.` }
          : null,
      );
      return;
    }
    setBusy(true);
    setProblem(null);
    const refused = await beforeStart();
    // Pressed again after an answer that was lost, it is the same run: what was started is not started twice.
    const wanted = JSON.stringify(given);
    if (asked.current?.input !== wanted) asked.current = { input: wanted, key: crypto.randomUUID() };
    const { key } = asked.current;
    const mocked = () => {
      const { document } = store.getState();
      return startTrialAction({ workflowId: id, document, from: null, until: null, input: given, mocked: true });
    };
    const answer = refused
      ? null
      : await (mocks.on ? mocked() : startRunAction({ workflowId: id, input: given, key })).catch(() => null);
    if (answer) asked.current = null;
    setBusy(false);
    if (refused) setProblem(refused);
    else if (!answer)
      setProblem({
        code: 'SERVER_UNREACHABLE',
        message: 'The server did not answer.',
        hint: 'Check that it is running, then press Run again.',
      });
    else if (!answer.ok) setProblem(answer.problem);
    else {
      setLastInput(given);
      setValue(null);
      setText(null);
      onStarted(answer.value.jobId);
    }
  };

  const change = (next: Json) => {
    setValue(next);
    if (Object.keys(errors).length > 0) setErrors(validateValue(described, next));
  };
  const turn = (next: 'form' | 'json') => {
    if (next === 'json') setText(JSON.stringify(schema === read && isEmpty(input) ? blankOf(schema) : input, null, 2));
    else if (text !== null) {
      try {
        change(JSON.parse(text) as Json);
        setProblem(null);
      } catch (error) {
        setProblem({
          code: 'NOT_JSON',
          message: 'The input is not JSON yet.',
          hint: error instanceof Error ? error.message : '',
        });
        return;
      }
    }
    setTab(next);
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Run ${name}`}
      description={
        hasFields
          ? 'What should it work on?'
          : readNames.length > 0
            ? `Its steps read ${listText(readNames)} of the input.`
            : 'This workflow asks for nothing. It can run as it is.'
      }
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" busy={busy} onClick={() => void start()}>
            {busy ? null : <Play className="size-3.5 fill-current" aria-hidden />} Run
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <div className="flex items-center justify-between gap-3">
          <h3 className="text-sm font-medium">Input</h3>
          <Segmented
            label="How the input is given"
            size="sm"
            value={tab}
            onChange={turn}
            options={[
              { value: 'form', label: 'Form' },
              { value: 'json', label: 'JSON' },
            ]}
          />
        </div>
        {tab === 'form' ? (
          hasFields ? (
            <SchemaForm schema={schema} value={input} onChange={change} errors={errors} onUpload={uploadFile} />
          ) : null
        ) : (
          <CodeField
            label="Input as JSON"
            value={text ?? ''}
            onChange={setText}
            minHeight="160px"
            maxHeight="44vh"
            lineNumbers
          />
        )}
        <Placeholders />
        <MockSwitch mocks={mocks} />
        {problem ? <ErrorNote problem={problem} /> : null}
        {/* Enter in a text field starts the run, as the button does. */}
        <button type="submit" className="sr-only" tabIndex={-1} aria-hidden>
          Run
        </button>
      </form>
    </Dialog>
  );
}
