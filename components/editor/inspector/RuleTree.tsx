'use client';
import { Link2, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { parseReference } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { Input } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { Segmented } from '../../ui/Tabs';
import { useEditor } from '../state/context';
import { needsRight, type Operator, shownValue, valueText } from './condition';
import { type Pick, referenceName } from './data';
import { ReferencePicker } from './ReferencePicker';
import { type Comparison, emptyComparison, isTest, operatorsOf, type Rule } from './rules';

type Language = 'JSONata' | 'JSONPath';
type Props = {
  target: string;
  language: Language;
  rule: Rule;
  onChange: (rule: Rule) => void;
  /** `place`: the whole rule with the chosen data's text in its place */
  onPick: (choose: Pick, place: (text: string) => Rule) => void;
};

/** Comparisons joined by all, any and not; a single one stands alone. */
export function RuleTree(props: Props) {
  const { rule, onChange, language } = props;
  if (rule.kind === 'all' || rule.kind === 'any') return <Group {...props} rule={rule} />;
  return (
    <div className="flex flex-col gap-2">
      <Line {...props} />
      <Button
        size="sm"
        variant="ghost"
        className="-ml-2.5 self-start"
        onClick={() => onChange({ kind: 'all', parts: [rule, emptyComparison(language)] })}
      >
        <Plus className="size-3.5" aria-hidden /> And, or
      </Button>
    </div>
  );
}

function Group({ rule, onChange, onPick, ...rest }: Props & { rule: Extract<Rule, { kind: 'all' | 'any' }> }) {
  const { language } = rest;
  const replaced = (index: number, part: Rule): Rule => ({
    ...rule,
    parts: rule.parts.map((old, i) => (i === index ? part : old)),
  });
  const remove = (index: number) => {
    const parts = rule.parts.filter((_, i) => i !== index);
    onChange(parts.length === 1 && parts[0] ? parts[0] : { ...rule, parts });
  };
  const add = (part: Rule) => onChange({ ...rule, parts: [...rule.parts, part] });
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 border-l-2 border-accent/40 pl-2.5">
      <legend className="sr-only">{rule.kind === 'all' ? 'All of these' : 'Any of these'}</legend>
      <div className="flex items-center gap-2">
        <Segmented
          label="How the comparisons are joined"
          size="sm"
          value={rule.kind}
          onChange={(kind) => onChange({ ...rule, kind })}
          options={[
            { value: 'all', label: 'all of', title: 'All of these' },
            { value: 'any', label: 'any of', title: 'Any of these' },
          ]}
        />
      </div>
      {rule.parts.map((part, index) => {
        const own = {
          ...rest,
          rule: part,
          onChange: (next: Rule) => onChange(replaced(index, next)),
          onPick: (choose: Pick, place: (text: string) => Rule) =>
            onPick(choose, (text) => replaced(index, place(text))),
        };
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
          <div key={index} className="flex min-w-0 items-start gap-1 rounded-md border bg-sunken/40 p-1.5">
            <div className="min-w-0 flex-1">
              {part.kind === 'all' || part.kind === 'any' ? <Group {...own} rule={part} /> : <Line {...own} />}
            </div>
            <IconButton label={`Remove comparison ${index + 1}`} size="sm" onClick={() => remove(index)}>
              <Trash2 className="size-3.5" />
            </IconButton>
          </div>
        );
      })}
      <div className="flex flex-wrap gap-1">
        <Button size="sm" variant="ghost" onClick={() => add(emptyComparison(language))}>
          <Plus className="size-3.5" aria-hidden /> Comparison
        </Button>
        <Button
          size="sm"
          variant="ghost"
          onClick={() =>
            add({
              kind: rule.kind === 'all' ? 'any' : 'all',
              parts: [emptyComparison(language), emptyComparison(language)],
            })
          }
        >
          <Plus className="size-3.5" aria-hidden /> Group
        </Button>
      </div>
    </fieldset>
  );
}

/** One comparison, or the opposite of one (or of a group). */
function Line(props: Props) {
  const { rule, onChange, onPick, ...rest } = props;
  if (rule.kind === 'all' || rule.kind === 'any') return <Group {...props} rule={rule} />;
  const negated = rule.kind === 'not';
  const inner = negated ? rule.part : rule;
  const wrap = (next: Rule): Rule => (negated ? { kind: 'not', part: next } : next);
  const not = (
    <button
      type="button"
      aria-pressed={negated}
      title={negated ? 'True where this is not so' : 'Turn it round'}
      onClick={() => onChange(negated ? inner : { kind: 'not', part: rule })}
      className={cn(
        'min-h-8 shrink-0 rounded-md border px-2 text-xs',
        negated ? 'border-accent bg-accent-soft font-medium text-accent' : 'text-muted hover:text-text',
      )}
    >
      not
    </button>
  );
  return (
    <div className="flex flex-col gap-2">
      {inner.kind === 'is' ? null : <div>{not}</div>}
      {inner.kind === 'is' ? (
        <Compare
          {...rest}
          before={not}
          rule={inner}
          onChange={(next) => onChange(wrap(next))}
          onPick={(choose, place) => onPick(choose, (text) => wrap(place(text)))}
        />
      ) : (
        <Line
          {...rest}
          rule={inner}
          onChange={(next) => onChange(wrap(next))}
          onPick={(choose, place) => onPick(choose, (text) => wrap(place(text)))}
        />
      )}
    </div>
  );
}

function Compare({
  target,
  language,
  rule,
  before,
  onChange,
  onPick,
}: Omit<Props, 'rule'> & { rule: Comparison; before: ReactNode }) {
  const document = useEditor((state) => state.document);
  const nameOf = (part: string): string => {
    const reference = parseReference(part, language);
    if (reference?.kind !== 'reference') return part;
    const { source, path } = referenceName(document, reference);
    return path ? `${source} › ${path}` : source;
  };
  const byData = language === 'JSONPath' && rule.operator.endsWith('Path');
  const operator = byData ? rule.operator.slice(0, -4) : rule.operator;
  const test = language === 'JSONPath' && isTest(rule.operator);
  const wantsRight = language === 'JSONata' ? needsRight(rule.operator as Operator) : !test;
  const mayBeData = language === 'JSONata' || (!test && operator !== 'StringMatches');
  return (
    <>
      <div className="flex items-center gap-1">
        {before}
        <ReferencePicker target={target} onPick={(choose) => onPick(choose, (left) => ({ ...rule, left }))}>
          <button
            type="button"
            aria-label="Value to compare"
            className={cn(
              'flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-md border px-2 text-left text-sm',
              rule.left ? 'border-accent/45 bg-accent-soft' : 'border-border-input bg-surface dark:bg-sunken',
            )}
          >
            <Link2 className="size-3.5 shrink-0 text-accent" aria-hidden />
            <span className={cn('min-w-0 truncate', !rule.left && 'text-muted')}>
              {rule.left ? nameOf(rule.left) : 'Choose data…'}
            </span>
          </button>
        </ReferencePicker>
      </div>
      <Select
        aria-label="Comparison"
        value={operator}
        onChange={(next) =>
          onChange({
            ...rule,
            operator: byData && !isTest(next) && next !== 'StringMatches' ? `${next}Path` : next,
            right: language === 'JSONPath' && isTest(next) ? 'true' : isTest(rule.operator) ? '' : rule.right,
          })
        }
        options={operatorsOf(language)}
      />
      {test ? (
        <Select
          aria-label="Whether it is so"
          value={rule.right === 'false' ? 'false' : 'true'}
          onChange={(right) => onChange({ ...rule, right })}
          options={[
            { value: 'true', label: 'yes' },
            { value: 'false', label: 'no' },
          ]}
        />
      ) : null}
      {wantsRight ? (
        <div className="flex items-center gap-1">
          <Right
            text={rule.right}
            shown={nameOf(rule.right)}
            language={language}
            onChange={(right) => onChange({ ...rule, operator, right })}
          />
          {mayBeData ? (
            <ReferencePicker
              target={target}
              onPick={(choose) =>
                onPick(choose, (right) => ({
                  ...rule,
                  right,
                  operator: language === 'JSONPath' ? `${operator}Path` : operator,
                }))
              }
            >
              <IconButton label="Compare with data">
                <Link2 className="size-3.5" />
              </IconButton>
            </ReferencePicker>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function Right({
  text,
  shown,
  language,
  onChange,
}: {
  text: string;
  /** a reference by its name */
  shown: string;
  language: Language;
  onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const plain = language === 'JSONata' ? shownValue(text).replace(/^""$/, '') : text;
  return (
    <Input
      aria-label="Value compared with"
      placeholder="a value: 100, ready, true"
      value={typed ?? (shown === text ? plain : shown)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(language === 'JSONata' ? valueText(event.target.value) : event.target.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
