'use client';
import { useEffect, useState } from 'react';
import { chooseFunction, functionOf, nameProblem, setField, type WorkflowNode } from '@/lib/graph';
import { Checkbox, Field, Input, Textarea } from '../../ui/Input';
import { Select } from '../../ui/Select';
import { isMissing } from '../canvas/icons';
import { renameStep } from '../state/commands';
import { useEditor, useEditorStore } from '../state/context';
import { ChoiceRules } from './ChoiceRules';
import { MakeStub } from './MakeStub';
import { MappingField } from './MappingField';
import { ParallelFields } from './ParallelFields';
import { WaitFields } from './WaitFields';

/** What the step is: its name, what it does, and what its kind needs. */
export function SetupTab({ node }: { node: WorkflowNode }) {
  const edit = useEditor((state) => state.edit);
  return (
    <div className="flex flex-col gap-4">
      <NameField node={node} />
      {node.kind === 'task' ? <FunctionField node={node} /> : null}
      {node.kind === 'wait' ? <WaitFields node={node} /> : null}
      {node.kind === 'choice' ? <ChoiceRules node={node} /> : null}
      {node.kind === 'parallel' ? <ParallelFields node={node} /> : null}
      {node.kind === 'fail' ? (
        <>
          <MappingField
            target={node.id}
            label="Error"
            schema={{ type: 'string', examples: ['OrderRejected'] }}
            hint="A short name that catchers can match."
            mapping={node.error}
            path={['error']}
            set={(document, mapping) => setField(document, node.id, 'error', mapping)}
          />
          <MappingField
            target={node.id}
            label="Cause"
            schema={{ type: 'string', format: 'multiline' }}
            hint="A sentence for people."
            mapping={node.cause}
            path={['cause']}
            set={(document, mapping) => setField(document, node.id, 'cause', mapping)}
          />
        </>
      ) : null}
      <Field label="Comment" hint="Kept in the definition, for people who read it.">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            value={node.comment ?? ''}
            onChange={(event) =>
              edit((now) => setField(now, node.id, 'comment', event.target.value || undefined), {
                merge: `comment:${node.id}`,
              })
            }
          />
        )}
      </Field>
    </div>
  );
}

const CALLBACK = '.waitForTaskToken';
const isInvoke = (resource: string): boolean => /:states:::lambda:invoke(\.waitForTaskToken)?$/.test(resource);

export const NAME_ID = 'step-name';

/** A name is taken on when the person leaves the field or presses Enter; until then it is only typed. */
function NameField({ node }: { node: WorkflowNode }) {
  const store = useEditorStore();
  const focus = useEditor((state) => state.focus);
  const [typed, setTyped] = useState<string | null>(null);
  const problem = typed === null ? null : nameProblem(store.getState().document, node.id, typed.trim());
  const commit = () => {
    if (typed !== null && !problem) renameStep(store, node.id, typed.trim());
    setTyped(null);
  };
  useEffect(() => {
    if (focus?.path[0] === 'name') document.getElementById(NAME_ID)?.focus();
  }, [focus]);
  return (
    <Field label="Name" error={problem ? `${problem.message} ${problem.hint}` : null}>
      {({ id: _id, ...control }) => (
        <Input
          {...control}
          id={NAME_ID}
          aria-label="Name"
          value={typed ?? node.name}
          maxLength={120}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') {
              setTyped(null);
              requestAnimationFrame(() => (event.target as HTMLElement).blur());
            }
          }}
        />
      )}
    </Field>
  );
}

function FunctionField({ node }: { node: Extract<WorkflowNode, { kind: 'task' }> }) {
  const functions = useEditor((state) => state.functions);
  const edit = useEditor((state) => state.edit);
  const current = functionOf(node);
  const manifest = current ? functions.get(current) : undefined;
  const other = !current && !isMissing(node);
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { name, title, category } of functions.values()) {
    groups.set(category, [...(groups.get(category) ?? []), { value: name, label: title }]);
  }
  const options = [...groups].map(([group, list]) => ({ group, options: list }));
  if (current && !manifest) options.unshift({ group: 'Not found here', options: [{ value: current, label: current }] });
  return (
    <>
      {isMissing(node) ? (
        <div className="rounded-lg border border-dashed border-warning bg-warning/6 p-3 text-sm">
          <p className="font-medium">No function does this yet.</p>
          <p className="mt-0.5 text-muted">
            Choose one that fits below, or have one made with this step’s input and output. A stub is for you to write:
            until then it answers made-up data, and the workflow runs.
          </p>
          <MakeStub key={node.id} node={node} />
        </div>
      ) : null}
      <Field label="Function" hint={manifest?.description} required={!other}>
        {(control) => (
          <Select
            {...control}
            value={current ?? undefined}
            placeholder={other ? node.resource : 'Choose a function…'}
            options={options}
            onChange={(name) => {
              const chosen = functions.get(name);
              if (chosen) edit((now) => chooseFunction(now, node, chosen));
            }}
          />
        )}
      </Field>
      {isInvoke(node.resource) ? (
        <Checkbox
          label={
            <span>
              Wait for a callback
              <span className="block text-xs text-muted">
                The step goes on when someone sends its token back. Give the token to the function: it is among the data
                of “This run”.
              </span>
            </span>
          }
          checked={node.resource.endsWith(CALLBACK)}
          onChange={(event) =>
            edit((now) =>
              setField(
                now,
                node.id,
                'resource',
                event.target.checked ? `${node.resource}${CALLBACK}` : node.resource.slice(0, -CALLBACK.length),
              ),
            )
          }
        />
      ) : null}
      {other ? (
        <Field label="Resource" hint="An integration of AWS Step Functions.">
          {(control) => (
            <Input
              {...control}
              className="font-mono text-xs"
              value={node.resource}
              onChange={(event) =>
                edit((now) => setField(now, node.id, 'resource', event.target.value), { merge: `resource:${node.id}` })
              }
            />
          )}
        </Field>
      ) : null}
    </>
  );
}
