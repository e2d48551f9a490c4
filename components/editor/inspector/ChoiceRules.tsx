'use client';
/** The rules of a choice, and the builder of one condition: long, because the two languages have a form each. */
import { ArrowDown, ArrowUp, Link2, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  addRule,
  type ChoiceRule,
  childrenOf,
  connect,
  disconnect,
  edgeOf,
  type Mapping,
  mappingToText,
  moveRule,
  type NodeOf,
  nodeOf,
  parseMappingText,
  parseReference,
  removeRule,
  setRule,
} from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { cn } from '../../ui/cn';
import { Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { Segmented } from '../../ui/Tabs';
import { useEditor, useEditorStore } from '../state/context';
import {
  type Condition,
  conditionText,
  needsRight,
  OPERATORS,
  type Operator,
  parseCondition,
  shownValue,
  valueText,
} from './condition';
import { type Pick, referenceName } from './data';
import { ExpressionBox } from './MappingField';
import { ReferencePicker } from './ReferencePicker';

/** The ways out of a choice: the first rule that is true is taken, else the way otherwise. */
export function ChoiceRules({ node }: { node: NodeOf<'choice'> }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const targets = childrenOf(graph, node.parent).filter((other) => other.id !== node.id);
  const otherwise = edgeOf(graph, node.id, 'default')?.to;
  return (
    <div className="flex flex-col gap-3">
      {node.rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
        <RuleCard key={index} node={node} rule={rule} index={index} targets={targets} />
      ))}
      <Button size="sm" className="self-start" onClick={() => store.getState().edit((now) => addRule(now, node.id))}>
        <Plus className="size-3.5" aria-hidden /> Rule
      </Button>
      <div className="rounded-lg border p-3">
        <p className="mb-1.5 text-xs font-medium">Otherwise, go to</p>
        <TargetSelect
          value={otherwise}
          targets={targets}
          label="Otherwise, go to"
          onChange={(to) =>
            store
              .getState()
              .edit((now) =>
                to
                  ? connect(now, node.id, to, 'default')
                  : disconnect(now, edgeOf(now.graph, node.id, 'default')?.id ?? ''),
              )
          }
        />
      </div>
    </div>
  );
}

const NOWHERE = '@nowhere';

export function TargetSelect({
  value,
  targets,
  onChange,
  label,
}: {
  value: string | undefined;
  targets: { id: string; name: string }[];
  onChange: (to: string | null) => void;
  label: string;
}) {
  return (
    <Select
      aria-label={label}
      value={value ?? NOWHERE}
      onChange={(to) => onChange(to === NOWHERE ? null : to)}
      options={[
        { value: NOWHERE, label: 'Nowhere yet' },
        ...targets.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

function RuleCard({
  node,
  rule,
  index,
  targets,
}: {
  node: NodeOf<'choice'>;
  rule: ChoiceRule;
  index: number;
  targets: { id: string; name: string }[];
}) {
  const store = useEditorStore();
  const to = useEditor((state) => edgeOf(state.document.graph, node.id, 'rule', index)?.to);
  const edit = useEditor((state) => state.edit);
  return (
    <section aria-label={`Rule ${index + 1}`} className="flex flex-col gap-2 rounded-lg border p-3">
      <div className="flex items-center gap-1">
        <h3 className="flex-1 text-xs font-medium">{index === 0 ? 'If' : `Else if`}</h3>
        <IconButton
          label="Earlier"
          size="sm"
          disabled={index === 0}
          onClick={() => edit((now) => moveRule(now, node.id, index, index - 1))}
        >
          <ArrowUp className="size-3.5" />
        </IconButton>
        <IconButton
          label="Later"
          size="sm"
          disabled={index === node.rules.length - 1}
          onClick={() => edit((now) => moveRule(now, node.id, index, index + 1))}
        >
          <ArrowDown className="size-3.5" />
        </IconButton>
        <IconButton
          label={`Remove rule ${index + 1}`}
          size="sm"
          onClick={() => edit((now) => removeRule(now, node.id, index))}
        >
          <Trash2 className="size-3.5" />
        </IconButton>
      </div>
      {rule.condition.language === 'JSONata' ? (
        <JsonataCondition node={node} rule={rule} index={index} value={rule.condition.value} />
      ) : (
        <JsonPathCondition node={node} rule={rule} index={index} value={rule.condition.value} />
      )}
      <div className="flex items-center gap-2">
        <span className="shrink-0 text-xs text-muted">go to</span>
        <TargetSelect
          label={`Rule ${index + 1} goes to`}
          value={to}
          targets={targets}
          onChange={(next) =>
            store
              .getState()
              .edit((now) =>
                next
                  ? connect(now, node.id, next, 'rule', index)
                  : disconnect(now, edgeOf(now.graph, node.id, 'rule', index)?.id ?? ''),
              )
          }
        />
      </div>
    </section>
  );
}

function JsonataCondition({
  node,
  rule,
  index,
  value,
}: {
  node: NodeOf<'choice'>;
  rule: ChoiceRule;
  index: number;
  value: Mapping;
}) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const text = mappingToText(value, 'JSONata').text;
  const parsed = parseCondition(text);
  const [raw, setRaw] = useState(false);
  const expression = raw || parsed === null;
  const key = `rule:${node.id}:${index}`;
  const write = (next: string) =>
    store.getState().edit(
      (now) =>
        setRule(now, node.id, index, {
          ...rule,
          condition: { language: 'JSONata', value: parseMappingText(next, 'expression', 'JSONata') },
        }),
      { merge: key },
    );
  const set = (part: Partial<Condition>) => parsed && write(conditionText({ ...parsed, ...part }));
  const pick = (side: 'left' | 'right') => (choose: Pick) => {
    store.getState().edit((now) => {
      const { document: ready, mapping } = choose(now, node.id);
      const side_ = mappingToText(mapping, 'JSONata').text;
      const current = nodeOf(ready.graph, node.id);
      const fresh = current?.kind === 'choice' ? (current.rules[index] ?? rule) : rule;
      const next = conditionText({ ...(parsed ?? { left: '', operator: '=', right: '' }), [side]: side_ });
      return setRule(ready, node.id, index, {
        ...fresh,
        condition: { language: 'JSONata', value: parseMappingText(next, 'expression', 'JSONata') },
      });
    });
  };
  const nameOf = (part: string): string => {
    const reference = parseReference(part, 'JSONata');
    if (reference?.kind !== 'reference') return part;
    const { source, path } = referenceName(document, reference);
    return path ? `${source} › ${path}` : source;
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="self-end">
        <Segmented
          label="How the condition is given"
          size="sm"
          value={expression ? 'expression' : 'fields'}
          onChange={(next) => setRaw(next === 'expression')}
          options={[
            {
              value: 'fields',
              label: 'Fields',
              disabled: parsed === null,
              title: parsed ? 'Three fields' : 'This expression is more than one comparison',
            },
            { value: 'expression', label: 'ƒx', title: 'An expression' },
          ]}
        />
      </div>
      {expression || !parsed ? (
        <ExpressionBox label={`Condition ${index + 1}`} text={text} onChange={write} />
      ) : (
        <>
          <ReferencePicker target={node.id} onPick={pick('left')}>
            <button
              type="button"
              aria-label="Value to compare"
              className={cn(
                'flex min-h-8 items-center gap-2 rounded-md border px-2 text-left text-sm',
                parsed.left ? 'border-accent/45 bg-accent-soft' : 'border-border-input bg-surface dark:bg-sunken',
              )}
            >
              <Link2 className="size-3.5 shrink-0 text-accent" aria-hidden />
              <span className={cn('min-w-0 truncate', !parsed.left && 'text-muted')}>
                {parsed.left ? nameOf(parsed.left) : 'Choose data…'}
              </span>
            </button>
          </ReferencePicker>
          <Select
            aria-label="Comparison"
            value={parsed.operator}
            onChange={(operator) => set({ operator: operator as Operator })}
            options={OPERATORS.map(({ value: operator, label }) => ({ value: operator, label }))}
          />
          {needsRight(parsed.operator) ? (
            <div className="flex items-center gap-1">
              <ConditionValue text={parsed.right} shown={nameOf(parsed.right)} onChange={(right) => set({ right })} />
              <ReferencePicker target={node.id} onPick={pick('right')}>
                <IconButton label="Compare with data">
                  <Link2 className="size-3.5" />
                </IconButton>
              </ReferencePicker>
            </div>
          ) : null}
        </>
      )}
    </div>
  );
}

function ConditionValue({ text, shown, onChange }: { text: string; shown: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Input
      aria-label="Value compared with"
      placeholder="a value: 100, ready, true"
      value={typed ?? (shown === text ? shownValue(text).replace(/^""$/, '') : shown)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(valueText(event.target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** JSONPath's comparisons, as in the definition. */
function JsonPathCondition({
  node,
  rule,
  index,
  value,
}: {
  node: NodeOf<'choice'>;
  rule: ChoiceRule;
  index: number;
  value: Extract<ChoiceRule['condition'], { language: 'JSONPath' }>['value'];
}) {
  const edit = useEditor((state) => state.edit);
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState(false);
  return (
    <div className="flex flex-col gap-1">
      <CodeField
        label={`Condition ${index + 1}`}
        value={typed ?? JSON.stringify(value, null, 2)}
        minHeight="60px"
        maxHeight="200px"
        invalid={fault}
        onBlur={() => !fault && setTyped(null)}
        onChange={(text) => {
          setTyped(text);
          try {
            const parsed: unknown = JSON.parse(text);
            if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('no object');
            edit(
              (now) =>
                setRule(now, node.id, index, {
                  ...rule,
                  condition: { language: 'JSONPath', value: parsed as typeof value },
                }),
              {
                merge: `rule:${node.id}:${index}`,
              },
            );
            setFault(false);
          } catch {
            setFault(true);
          }
        }}
      />
      {fault ? (
        <p className="text-xs text-danger">
          Must be a JSON object such as {'{ "Variable": "$.n", "NumericGreaterThan": 1 }'}.
        </p>
      ) : null}
    </div>
  );
}
