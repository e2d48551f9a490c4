'use client';
/** The rules of a choice: which way a run goes, and when. Long, because the two languages meet here. */
import { ArrowDown, ArrowUp, Check, Plus, Trash2, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { isObject, type JsonObject } from '@/lib/base/json';
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
  removeRule,
  type Spot,
  setRule,
} from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { CodeField } from '../../ui/CodeField';
import { Select } from '../../ui/Select';
import { Segmented } from '../../ui/Tabs';
import { useEditor, useEditorStore } from '../state/context';
import type { Pick } from './data';
import { ExpressionField } from './ExpressionField';
import { FieldFixes } from './FieldFixes';
import { useFault } from './problem';
import { RuleTree } from './RuleTree';
import { parseRule, type Rule, readRule, ruleText, writeRule } from './rules';
import { SampleBar } from './SampleBar';
import { useLive } from './useLive';

/** The ways out of a choice: the first rule that is true is taken, else the way otherwise. */
export function ChoiceRules({ node }: { node: NodeOf<'choice'> }) {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const targets = childrenOf(graph, node.parent).filter((other) => other.id !== node.id);
  const missing = useFault(node.id, 'DEFAULT_MISSING');
  const otherwise = edgeOf(graph, node.id, 'default')?.to;
  return (
    <div className="flex flex-col gap-3">
      <SampleBar node={node.id} />
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
          way={{ from: node.id, kind: 'default' }}
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
        {missing ? (
          <div className="mt-1.5 flex flex-col gap-1.5">
            <p className="text-xs text-warning">Without it, a run fails when no rule applies.</p>
            <FieldFixes problem={missing} />
          </div>
        ) : null}
      </div>
    </div>
  );
}

const NOWHERE = '@nowhere';
const NEW = '@new';

export function TargetSelect({
  value,
  targets,
  onChange,
  label,
  way,
}: {
  value: string | undefined;
  targets: { id: string; name: string }[];
  onChange: (to: string | null) => void;
  label: string;
  /** whose target is chosen: a step that is not there yet is put on it */
  way: Extract<Spot, { way: unknown }>['way'];
}) {
  const store = useEditorStore();
  const box = useRef<HTMLDivElement>(null);
  const choose = (to: string) => {
    if (to !== NEW) return onChange(to === NOWHERE ? null : to);
    const { left, bottom } = box.current!.getBoundingClientRect();
    // Once the list has closed and given the focus back.
    setTimeout(() => store.getState().openInsert({ spot: { way }, x: left, y: bottom + 4 }), 50);
  };
  return (
    <div ref={box} className="min-w-0 flex-1">
      <Select
        aria-label={label}
        value={value ?? NOWHERE}
        onChange={choose}
        options={[
          { value: NOWHERE, label: 'Nowhere yet' },
          { value: NEW, label: value ? 'A new step before it…' : 'A new step…' },
          ...targets.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </div>
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
  const unset = useFault(node.id, 'RULE_UNSET', index);
  const nowhere = useFault(node.id, 'RULE_WITHOUT_EDGE', index);
  return (
    <section aria-label={`Rule ${index + 1}`} className="relative flex flex-col gap-2 rounded-lg border p-3">
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
      <Condition node={node} rule={rule} index={index} />
      {unset ? <p className="text-xs text-warning">{unset.hint}</p> : null}
      <div className="flex items-center gap-2">
        <span className="shrink-0 text-xs text-muted">go to</span>
        <TargetSelect
          label={`Rule ${index + 1} goes to`}
          value={to}
          targets={targets}
          way={{ from: node.id, kind: 'rule', index }}
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
      {nowhere ? <p className="text-xs text-danger">Choose a step, or add a new one.</p> : null}
    </section>
  );
}

/** A condition as comparisons to fill in, or as the language writes it. */
function Condition({ node, rule, index }: { node: NodeOf<'choice'>; rule: ChoiceRule; index: number }) {
  const store = useEditorStore();
  const { language } = rule.condition;
  const text = rule.condition.language === 'JSONata' ? mappingToText(rule.condition.value, 'JSONata').text : '';
  const parsed = rule.condition.language === 'JSONata' ? parseRule(text) : readRule(rule.condition.value as JsonObject);
  const [raw, setRaw] = useState(false);
  const expression = raw || parsed === null;
  const write = (condition: ChoiceRule['condition']) =>
    store
      .getState()
      .edit((now) => setRule(now, node.id, index, { ...rule, condition }), { merge: `rule:${node.id}:${index}` });
  const conditionOf = (next: Rule): ChoiceRule['condition'] =>
    language === 'JSONata'
      ? { language, value: parseMappingText(ruleText(next), 'expression', language) }
      : { language, value: writeRule(next) };
  /** Data was chosen for one side: the step that has it keeps it, and the rule names it. */
  const pick = (choose: Pick, place: (text: string) => Rule) =>
    store.getState().edit((now) => {
      const { document, mapping } = choose(now, node.id);
      const current = nodeOf(document.graph, node.id);
      const fresh = current?.kind === 'choice' ? (current.rules[index] ?? rule) : rule;
      return setRule(document, node.id, index, {
        ...fresh,
        condition: conditionOf(place(mappingToText(mapping, language).text)),
      });
    });
  return (
    <div className="flex flex-col gap-2">
      <div className="absolute top-[9px] right-25">
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
              title: parsed ? 'Comparisons' : 'This is more than comparisons',
            },
            language === 'JSONata'
              ? { value: 'expression', label: 'ƒx', title: 'An expression' }
              : { value: 'expression', label: '{ }', title: 'As JSON' },
          ]}
        />
      </div>
      {!expression && parsed ? (
        <>
          <RuleTree
            target={node.id}
            language={language}
            rule={parsed}
            onChange={(next) => write(conditionOf(next))}
            onPick={pick}
          />
          {rule.condition.language === 'JSONata' ? (
            <LiveCondition target={node.id} mapping={rule.condition.value} />
          ) : null}
        </>
      ) : rule.condition.language === 'JSONata' ? (
        <ExpressionField
          label={`Condition ${index + 1}`}
          target={node.id}
          mapping={rule.condition.value}
          onChange={(next) =>
            write({ language: 'JSONata', value: next ?? parseMappingText('false', 'expression', 'JSONata') })
          }
        />
      ) : (
        <JsonCondition
          index={index}
          value={rule.condition.value as JsonObject}
          onChange={(value) => write({ language: 'JSONPath', value })}
        />
      )}
    </div>
  );
}

/** Whether it is true for the sample. */
function LiveCondition({ target, mapping }: { target: string; mapping: Mapping }) {
  const live = useLive(target, mapping, 'before');
  if (mapping.kind !== 'expression' || mapping.text.trim() === 'false' || !live) return null;
  return (
    <p role="status" className="flex items-center gap-1.5 text-xs">
      {live.ok ? (
        <>
          {live.value === true ? (
            <Check className="size-3.5 text-accent" aria-hidden />
          ) : (
            <X className="size-3.5 text-muted" aria-hidden />
          )}
          {live.value === true
            ? 'True with this sample.'
            : live.value === false
              ? 'Not true with this sample.'
              : 'Comes to no yes or no with this sample.'}
        </>
      ) : (
        <span className="text-danger">{live.message}</span>
      )}
    </p>
  );
}

/** JSONPath's comparisons word for word, for what the fields do not show. */
function JsonCondition({
  index,
  value,
  onChange,
}: {
  index: number;
  value: JsonObject;
  onChange: (value: JsonObject) => void;
}) {
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
            if (!isObject(parsed)) throw new Error('no object');
            onChange(parsed);
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
