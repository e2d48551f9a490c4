'use client';
import { Copy, Ellipsis, Flag, Power, Repeat, Split, Trash2, Ungroup } from 'lucide-react';
import {
  duplicateNodes,
  isContainer,
  languageOf,
  mayCatch,
  nodeOf,
  passedBy,
  setStart,
  unwrap,
  type WorkflowNode,
  wrapNodes,
} from '@/lib/graph';
import { useKeysOf } from '../../shell';
import { Button, IconButton } from '../../ui/Button';
import { Badge } from '../../ui/Card';
import { Menu } from '../../ui/Menu';
import { Tabs } from '../../ui/Tabs';
import { iconOf, KindTile } from '../canvas/icons';
import { KIND_NAMES } from '../canvas/summary';
import { switchSteps } from '../off/commands';
import { removeSteps } from '../state/commands';
import { manifestOf, nodeById, offOf, useEditor, useEditorStore } from '../state/context';
import { tabOf } from '../state/store';
import type { InspectorTab } from '../state/types';
import { StepTry } from '../try/StepTry';
import { AslTab } from './AslTab';
import { ErrorsTab } from './ErrorsTab';
import { InputTab } from './InputTab';
import { OutputTab } from './OutputTab';
import { SetupTab } from './SetupTab';
import { StepProblems } from './StepProblems';
import { useSampling } from './sample';
import { WhyStep } from './WhyStep';

export function StepPane({ id }: { id: string }) {
  const node = useEditor(nodeById(id));
  const tab = useEditor((state) => state.inspectorTab);
  const setTab = useEditor((state) => state.setInspectorTab);
  const problems = useEditor((state) => state.problems);
  useSampling(id);
  if (!node) return null;
  const counts = new Map<InspectorTab, number>();
  for (const { at, severity } of problems) {
    if (at.node !== id || severity === 'info') continue;
    const where = tabOf(at.path ?? []);
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  const badge = (which: InspectorTab) => (counts.get(which) ? <Badge tone="danger">{counts.get(which)}</Badge> : null);
  const takesInput =
    node.kind === 'task' ||
    node.kind === 'map' ||
    node.kind === 'parallel' ||
    (node.kind === 'pass' && node.arguments !== undefined);
  const tabs = [
    { id: 'setup', label: 'Setup', badge: badge('setup'), content: <SetupTab node={node} /> },
    ...(takesInput
      ? [
          {
            id: 'input',
            label: node.kind === 'map' ? 'Items' : 'Input',
            badge: badge('input'),
            content: <InputTab node={node} />,
          },
        ]
      : []),
    ...(node.kind === 'fail'
      ? []
      : [{ id: 'output', label: 'Output', badge: badge('output'), content: <OutputTab node={node} /> }]),
    ...(mayCatch(node)
      ? [{ id: 'errors', label: 'Errors', badge: badge('errors'), content: <ErrorsTab node={node} /> }]
      : []),
    { id: 'asl', label: 'ASL', content: <AslTab node={node} /> },
  ];
  const shown = tabs.some((one) => one.id === tab) ? tab : 'setup';
  return (
    <>
      <StepHead node={node} />
      <OffNote id={id} />
      <StepProblems id={id} tab={shown} />
      <WhyStep key={id} id={id} />
      <Tabs
        label="Settings of the step"
        // A step's fields keep what is half typed; another step begins afresh. What is around them stays.
        of={id}
        tabs={tabs}
        value={shown}
        onChange={(next) => setTab(next as InspectorTab)}
        className="flex-1"
        contentClassName="p-4"
      />
    </>
  );
}

/** That what is set below does nothing now, with the way back. */
function OffNote({ id }: { id: string }) {
  const store = useEditorStore();
  const off = useEditor(offOf(id));
  const readOnly = useEditor((state) => state.readOnly);
  const owner = useEditor((state) => {
    const by = passedBy(state.document.graph).get(id);
    return by === undefined ? undefined : nodeOf(state.document.graph, by);
  });
  if (!off || !owner) return null;
  return (
    <div className="mx-4 mb-2 flex items-center gap-2 rounded-md border border-dashed border-border-input bg-sunken py-1.5 pr-1.5 pl-3 text-xs">
      <span className="min-w-0 flex-1">
        {off === 'itself'
          ? 'Switched off: what comes to it is passed on, and nothing is called.'
          : `Not run while “${owner.name}” is switched off.`}
      </span>
      {readOnly ? null : (
        <Button size="sm" onClick={() => switchSteps(store, [owner.id])}>
          Switch on
        </Button>
      )}
    </div>
  );
}

function StepHead({ node }: { node: WorkflowNode }) {
  const store = useEditorStore();
  const manifest = useEditor(manifestOf(node));
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const isStart = useEditor((state) => state.document.graph.startAt === node.id);
  const keysOf = useKeysOf();
  const wrap = (kind: 'parallel' | 'map') => {
    const answer = store.getState().edit((now) => wrapNodes(now, [node.id], kind));
    if (answer) store.getState().goTo(answer.id);
  };
  return (
    <header className="flex items-center gap-3 px-4 pt-3 pb-2">
      <KindTile kind={node.kind} icon={iconOf(node, manifest)} />
      <div className="min-w-0 flex-1">
        <h2 className="truncate text-sm font-semibold">{node.name}</h2>
        <p className="truncate text-xs text-muted">
          {manifest?.title ?? KIND_NAMES[node.kind]}
          {language === 'JSONPath' ? ' · JSONPath' : ''}
          {isStart ? ' · starts the workflow' : ''}
        </p>
      </div>
      <StepTry node={node} />
      <Menu
        trigger={
          <IconButton label="More" size="sm">
            <Ellipsis className="size-4" />
          </IconButton>
        }
        items={[
          {
            label: 'Duplicate',
            icon: <Copy />,
            keys: keysOf('duplicate'),
            onSelect: () => {
              const answer = store.getState().edit((now) => duplicateNodes(now, [node.id]));
              if (answer) store.getState().select(Object.values(answer.ids).slice(0, 1));
            },
          },
          {
            label: node.off ? 'Switch on' : 'Switch off',
            icon: <Power />,
            keys: keysOf('switchOff'),
            onSelect: () => switchSteps(store, [node.id]),
          },
          {
            label: node.parent ? 'Begin the branch here' : 'Begin the workflow here',
            icon: <Flag />,
            disabled: isStart,
            onSelect: () => store.getState().edit((now) => setStart(now, node.id)),
          },
          { label: 'Put into a Parallel', icon: <Split />, onSelect: () => wrap('parallel') },
          { label: 'Put into a Map', icon: <Repeat />, onSelect: () => wrap('map') },
          ...(isContainer(node)
            ? [
                {
                  label: 'Take the steps out of it',
                  icon: <Ungroup />,
                  onSelect: () => store.getState().edit((now) => unwrap(now, node.id)),
                },
              ]
            : []),
          { separator: true },
          { label: 'Delete', icon: <Trash2 />, danger: true, onSelect: () => removeSteps(store, [node.id]) },
        ]}
      />
    </header>
  );
}
