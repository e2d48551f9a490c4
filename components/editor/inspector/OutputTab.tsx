'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  type Assignments,
  isVariableName,
  languageOf,
  type Mapping,
  namesInUse,
  resultOf,
  setField,
  variableOf,
  type WorkflowNode,
} from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { Input } from '../../ui/Input';
import { typeText } from '../../ui/schema';
import { manifestOf, useEditor } from '../state/context';
import { JsonMapping } from './JsonMapping';
import { MappingField } from './MappingField';

/** What the step answers, what it hands on, and what it remembers for later steps. */
export function OutputTab({ node }: { node: WorkflowNode }) {
  const manifest = useEditor(manifestOf(node));
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const variable = variableOf(node);
  const edit = useEditor((state) => state.edit);
  const fields = Object.entries(manifest?.output.properties ?? {});
  return (
    <div className="flex flex-col gap-5">
      {manifest ? (
        <section>
          <h3 className="mb-1 text-xs font-medium">What {manifest.title} answers</h3>
          {fields.length > 0 ? (
            <dl className="rounded-md border text-sm">
              {fields.map(([name, schema]) => (
                <div key={name} className="flex items-baseline gap-2 border-b px-2.5 py-1.5 last:border-0">
                  <dt className="font-medium">{name}</dt>
                  <dd className="min-w-0 flex-1 truncate text-xs text-muted" title={schema.description}>
                    {schema.description}
                  </dd>
                  <dd className="shrink-0 text-[11px] text-muted">{typeText(schema)}</dd>
                </div>
              ))}
            </dl>
          ) : (
            <p className="text-sm text-muted">{manifest.output.description ?? 'Any value.'}</p>
          )}
          {variable ? (
            <p className="mt-1.5 text-xs text-muted">
              Kept for later steps as <code className="text-text">${variable}</code>.
            </p>
          ) : (
            <p className="mt-1.5 text-xs text-muted">Not used by a later step yet. Choose it there, and it is kept.</p>
          )}
        </section>
      ) : null}
      {language === 'JSONata' ? (
        <JsonMapping
          node={node}
          label="Output"
          hint="What the next step is handed, and what the run answers if this is the last one. Empty: the result as it is."
          mapping={node.output}
          path={['output']}
          set={(document, mapping) => setField(document, node.id, 'output', mapping)}
        />
      ) : (
        <JsonPathOutput node={node} />
      )}
      <Variables
        assign={node.assign ?? []}
        empty={resultOf(node)}
        node={node}
        onChange={(assign, merge) =>
          edit((now) => setField(now, node.id, 'assign', assign.length > 0 ? assign : undefined), { merge })
        }
      />
    </div>
  );
}

function Variables({
  node,
  assign,
  empty,
  onChange,
}: {
  node: WorkflowNode;
  assign: Assignments;
  empty: Mapping;
  onChange: (assign: Assignments, merge?: string) => void;
}) {
  const graph = useEditor((state) => state.document.graph);
  const [name, setName] = useState('');
  const wish = name.trim().replace(/^\$/, '');
  const fault =
    wish === ''
      ? null
      : !isVariableName(wish)
        ? 'Letters, digits and _, beginning with a letter.'
        : assign.some((entry) => entry.name === wish)
          ? 'It is there already.'
          : null;
  const add = () => {
    if (wish === '' || fault) return;
    onChange([...assign, { name: wish, value: empty }]);
    setName('');
  };
  const shared = namesInUse(graph).has(wish) && !fault;
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-xs font-medium">Variables it sets</h3>
      {assign.map((entry, i) => (
        <div key={entry.name} className="rounded-lg border p-2.5">
          <div className="mb-1 flex items-center justify-between">
            <code className="text-xs font-medium">${entry.name}</code>
            <IconButton
              label={`Remove $${entry.name}`}
              size="sm"
              onClick={() => onChange(assign.filter((_, j) => j !== i))}
            >
              <Trash2 className="size-3.5" />
            </IconButton>
          </div>
          <MappingField
            target={node.id}
            label="Value"
            phase="after"
            mapping={entry.value}
            path={['assign', entry.name]}
            set={(document, mapping) =>
              setField(
                document,
                node.id,
                'assign',
                assign.map((old, j) =>
                  j === i ? { ...old, value: mapping ?? { kind: 'literal', value: null } } : old,
                ),
              )
            }
          />
        </div>
      ))}
      <div>
        <div className="flex gap-2">
          <Input
            aria-label="New variable"
            placeholder="New variable"
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && add()}
          />
          <Button onClick={add} disabled={wish === '' || fault !== null}>
            <Plus className="size-3.5" aria-hidden /> Add
          </Button>
        </div>
        {fault ? (
          <p className="mt-1 text-xs text-danger">{fault}</p>
        ) : shared ? (
          <p className="mt-1 text-xs text-muted">Another step sets it too; the later one counts.</p>
        ) : null}
      </div>
    </section>
  );
}

/** JSONPath's ways to shape what goes on. */
function JsonPathOutput({ node }: { node: WorkflowNode }) {
  const edit = useEditor((state) => state.edit);
  const field = (name: 'inputPath' | 'resultPath' | 'outputPath', label: string, hint: string) => (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium">{label}</span>
      <Input
        aria-label={label}
        className="font-mono text-xs"
        placeholder="$"
        value={node[name] === null ? 'null' : (node[name] ?? '')}
        onChange={(event) =>
          edit(
            (now) =>
              setField(
                now,
                node.id,
                name,
                event.target.value === '' ? undefined : event.target.value === 'null' ? null : event.target.value,
              ),
            {
              merge: `${node.id}:${name}`,
            },
          )
        }
      />
      <p className="text-xs text-muted">{hint}</p>
    </div>
  );
  return (
    <>
      {field('inputPath', 'InputPath', 'Which part of the input the step sees.')}
      <JsonMapping
        node={node}
        label="ResultSelector"
        mapping={node.resultSelector}
        path={['resultSelector']}
        set={(document, mapping) => setField(document, node.id, 'resultSelector', mapping)}
      />
      {field('resultPath', 'ResultPath', 'Where the result goes in the input; null drops it.')}
      {field('outputPath', 'OutputPath', 'Which part goes on.')}
    </>
  );
}
