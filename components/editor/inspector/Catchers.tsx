'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  addCatcher,
  type Catcher,
  childrenOf,
  connect,
  disconnect,
  edgeOf,
  isVariableName,
  languageOf,
  type Mapping,
  type NodeOf,
  removeCatcher,
  setCatcher,
} from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { useEditor } from '../state/context';
import { TargetSelect } from './ChoiceRules';
import { ErrorNames } from './ErrorNames';
import { JsonMapping } from './JsonMapping';

type Node = NodeOf<'task' | 'parallel' | 'map'>;

/** Where the run goes when the step failed for good, and where it finds the error. */
export function Catchers({ node }: { node: Node }) {
  const edit = useEditor((state) => state.edit);
  const graph = useEditor((state) => state.document.graph);
  const targets = childrenOf(graph, node.parent).filter((other) => other.id !== node.id);
  const catchers = node.catchers ?? [];
  const put = (index: number, catcher: Catcher) =>
    edit((now) => setCatcher(now, node.id, index, catcher), { merge: `catch:${node.id}:${index}` });
  return (
    <section className="flex flex-col gap-2.5" aria-label="Otherwise, on an error">
      <h3 className="text-xs font-medium">Otherwise, on an error</h3>
      {catchers.map((catcher, index) => (
        <section
          // biome-ignore lint/suspicious/noArrayIndexKey: a catcher is its place
          key={index}
          aria-label={`Catcher ${index + 1}`}
          className="flex flex-col gap-2 rounded-lg border border-dashed p-3"
        >
          <div className="flex items-start gap-2">
            <div className="min-w-0 flex-1">
              <ErrorNames
                value={catcher.errorEquals}
                onChange={(errorEquals) => put(index, { ...catcher, errorEquals })}
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
            <span className="w-24 shrink-0 text-xs text-muted">go to</span>
            <TargetSelect
              label={`Catcher ${index + 1} goes to`}
              value={edgeOf(graph, node.id, 'catch', index)?.to}
              targets={targets}
              way={{ from: node.id, kind: 'catch', index }}
              onChange={(to) =>
                edit((now) =>
                  to
                    ? connect(now, node.id, to, 'catch', index)
                    : disconnect(now, edgeOf(now.graph, node.id, 'catch', index)?.id ?? ''),
                )
              }
            />
          </div>
          <Keeping node={node} catcher={catcher} index={index} onChange={(next) => put(index, next)} />
        </section>
      ))}
      <Button size="sm" className="self-start" onClick={() => edit((now) => addCatcher(now, node.id))}>
        <Plus className="size-3.5" aria-hidden /> Catch
      </Button>
      {catchers.length === 0 ? (
        <p className="text-xs text-muted">Without a catcher, an error that is left after the retries ends the run.</p>
      ) : null}
    </section>
  );
}

const ERROR: Mapping = { kind: 'reference', from: { kind: 'error' }, path: [] };
const isWholeError = (mapping: Mapping): boolean =>
  mapping.kind === 'reference' && mapping.from.kind === 'error' && mapping.path.length === 0;

/** Where the error is kept: its name in `Error`, what happened in `Cause`. */
function Keeping({
  node,
  catcher,
  index,
  onChange,
}: {
  node: Node;
  catcher: Catcher;
  index: number;
  onChange: (catcher: Catcher) => void;
}) {
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const variable = catcher.assign?.find(({ value }) => isWholeError(value))?.name;
  const { output: _output, resultPath: _path, ...bare } = catcher;
  const others = (catcher.assign ?? []).filter(({ value }) => !isWholeError(value));
  const withAssign = (assign: NonNullable<Catcher['assign']>): Catcher => {
    const { assign: _old, ...rest } = catcher;
    return assign.length > 0 ? { ...rest, assign } : rest;
  };
  const how =
    language === 'JSONPath'
      ? catcher.resultPath === null
        ? 'drop'
        : catcher.resultPath === undefined || catcher.resultPath === '$'
          ? 'input'
          : 'path'
      : variable !== undefined
        ? 'variable'
        : 'input';
  const choose = (next: string) => {
    if (language === 'JSONPath') {
      if (next === 'input') onChange(bare);
      else onChange({ ...bare, resultPath: next === 'drop' ? null : '$.error' });
    } else if (next === 'variable') onChange(withAssign([...others, { name: 'error', value: ERROR }]));
    else onChange(withAssign(others));
  };
  return (
    <>
      <div className="flex items-center gap-2">
        <span className="w-24 shrink-0 text-xs text-muted">the error is</span>
        <Select
          aria-label={`Where catcher ${index + 1} keeps the error`}
          value={how}
          onChange={choose}
          options={
            language === 'JSONPath'
              ? [
                  { value: 'input', label: 'what that step is handed' },
                  { value: 'path', label: 'put into the input, at a path' },
                  { value: 'drop', label: 'dropped: it is handed the input' },
                ]
              : [
                  { value: 'input', label: 'what that step is handed' },
                  { value: 'variable', label: 'kept in a variable too' },
                ]
          }
        />
      </div>
      {how === 'variable' ? (
        <VariableName
          name={variable!}
          taken={others.map(({ name }) => name)}
          onChange={(name) =>
            onChange(
              withAssign(
                (catcher.assign ?? []).map((entry) => (isWholeError(entry.value) ? { ...entry, name } : entry)),
              ),
            )
          }
        />
      ) : how === 'path' ? (
        <Input
          aria-label="Path of the error"
          className="h-7 font-mono text-xs"
          value={catcher.resultPath ?? ''}
          onChange={(event) => onChange({ ...bare, resultPath: event.target.value })}
        />
      ) : null}
      {language === 'JSONata' ? (
        <details className="text-xs">
          <summary className="min-h-6 cursor-pointer text-muted">Hand on something else</summary>
          <div className="mt-1.5">
            <JsonMapping
              node={node}
              label="Output"
              hint="Empty: the error itself. Its name is $states.errorOutput.Error, what happened $states.errorOutput.Cause."
              mapping={catcher.output}
              path={['catchers', index, 'output']}
              set={(document, output) => {
                const { output: _old, ...rest } = catcher;
                return setCatcher(document, node.id, index, output === undefined ? rest : { ...rest, output });
              }}
            />
          </div>
        </details>
      ) : null}
    </>
  );
}

function VariableName({ name, taken, onChange }: { name: string; taken: string[]; onChange: (name: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const wish = (typed ?? name).trim().replace(/^\$/, '');
  const fault = !isVariableName(wish)
    ? 'Letters, digits and _, beginning with a letter.'
    : taken.includes(wish)
      ? 'It is there already.'
      : null;
  return (
    <div>
      <Input
        aria-label="Variable for the error"
        className="h-7 font-mono text-xs"
        value={typed ?? `$${name}`}
        aria-invalid={fault ? true : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => {
          if (!fault && wish !== name) onChange(wish);
          setTyped(null);
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      {fault ? <p className="mt-1 text-xs text-danger">{fault}</p> : null}
    </div>
  );
}
