'use client';
/**
 * The workflow as a tree: all that the canvas can do, by keyboard and by ear. Same store, same edits.
 * @module
 */
import {
  ArrowRightLeft,
  ChevronDown,
  ChevronRight,
  Link2,
  Plus,
  Power,
  SlidersHorizontal,
  Trash2,
  Unlink,
} from 'lucide-react';
import { type KeyboardEvent, useMemo } from 'react';
import { canConnect, connect, disconnect, edgesFrom, mayGoOn, nodeOf } from '@/lib/graph';
import { MARKS, useEdgeMarks, useMark } from '../../ask/marks';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { Menu } from '../../ui/Menu';
import { StatusBadge } from '../../ui/StatusBadge';
import { STATUSES } from '../../ui/status';
import { iconOf, KindTile } from '../canvas/icons';
import { OFF_WORDS } from '../canvas/spoken';
import { KIND_NAMES, summaryOf } from '../canvas/summary';
import { switchSteps } from '../off/commands';
import { OffBadge } from '../off/OffBadge';
import { moveSteps, removeSteps } from '../state/commands';
import { manifestOf, offOf, stepRunOf, useEditor, useEditorStore, worstOf } from '../state/context';
import { leadsTo, placesFor, type Row, rowsOf } from './rows';

export const rowId = (id: string) => `outline-${id}`;
const focusRow = (id: string | undefined) => id && document.getElementById(rowId(id))?.focus();

export function Outline() {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.document);
  const selected = useEditor((state) => state.selected);
  const rows = useMemo(() => rowsOf(workflow), [workflow]);
  const current = rows.find(({ node }) => node.id === selected.at(-1)) ?? rows[0];
  const readOnly = useEditor((state) => state.readOnly);

  const go = (row: Row | undefined) => {
    if (!row) return;
    store.getState().select([row.node.id]);
    requestAnimationFrame(() => focusRow(row.node.id));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!current || event.metaKey || event.ctrlKey || event.altKey) return;
    const at = rows.indexOf(current);
    const { setCollapsed, goTo } = store.getState();
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(rows[at + 1]),
      ArrowUp: () => go(rows[at - 1]),
      Home: () => go(rows[0]),
      End: () => go(rows.at(-1)),
      ArrowRight: () => {
        if (current.expanded === false) setCollapsed(current.node.id);
        else if (current.expanded && (rows[at + 1]?.level ?? 0) > current.level) go(rows[at + 1]);
      },
      ArrowLeft: () => {
        if (current.expanded) setCollapsed(current.node.id);
        else go(rows.find(({ node }) => node.id === current.node.parent?.id));
      },
      Enter: () => goTo(current.node.id),
      ...(!readOnly && {
        Delete: () => {
          removeSteps(store, [current.node.id]);
          requestAnimationFrame(() => focusRow(store.getState().selected[0]));
        },
      }),
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };

  return (
    <section aria-label="Outline" className="flex size-full flex-col bg-canvas">
      {readOnly ? null : <Tools row={current} />}
      {rows.length === 0 ? <p className="p-6 text-sm text-muted">No step yet. Add the first one above.</p> : null}
      <div
        role="tree"
        aria-label="Steps of the workflow"
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-y-auto px-2 py-2"
      >
        {rows.map((row) => (
          <StepRow
            key={row.node.id}
            row={row}
            selected={selected.includes(row.node.id)}
            reachable={row.node.id === current?.node.id}
          />
        ))}
      </div>
    </section>
  );
}

/** rem, a level */
const INDENT = 1.25;

/** A line down from each container that a step lies in. */
const guides = (level: number) =>
  level === 1
    ? {}
    : {
        backgroundImage: `repeating-linear-gradient(to right, transparent 0 calc(${INDENT}rem - 1px), var(--border-strong) 0 ${INDENT}rem)`,
        backgroundSize: `${(level - 1) * INDENT}rem 100%`,
        backgroundRepeat: 'no-repeat',
      };

function StepRow({ row, selected, reachable }: { row: Row; selected: boolean; reachable: boolean }) {
  const store = useEditorStore();
  const { node, level, position, siblings, branch, expanded } = row;
  const graph = useEditor((state) => state.document.graph);
  const manifest = useEditor(manifestOf(node));
  const run = useEditor(stepRunOf(node.id));
  const off = useEditor(offOf(node.id));
  const worst = useEditor(worstOf(node.id));
  const mark = useMark(node.id);
  const edgeMarks = useEdgeMarks();
  const ways = edgesFrom(graph, node.id).map((edge) => {
    const coming = edgeMarks?.[edge.id];
    return `${leadsTo(graph, edge)}${coming ? (coming === 'added' ? ' (new)' : ' (taken away)') : ''}`;
  });
  const start = graph.startAt === node.id;
  const words = [
    node.name,
    KIND_NAMES[node.kind],
    branch && `branch ${branch}`,
    start && 'the start',
    mark && MARKS[mark].word,
    run ? STATUSES[run.status].word : off && OFF_WORDS[off],
    worst && (worst === 'error' ? 'has a problem' : 'has a warning'),
    ways.length > 0 ? ways.join('; ') : mayGoOn(node) && 'then the end',
  ];
  const Chevron = expanded ? ChevronDown : ChevronRight;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      id={rowId(node.id)}
      role="treeitem"
      aria-level={level}
      aria-posinset={position}
      aria-setsize={siblings}
      aria-selected={selected}
      aria-expanded={expanded ?? undefined}
      aria-label={words.filter(Boolean).join(', ')}
      tabIndex={reachable ? 0 : -1}
      onFocus={() => store.getState().select([node.id])}
      onClick={() => store.getState().select([node.id])}
      onDoubleClick={() => store.getState().goTo(node.id)}
      style={{ paddingLeft: `${(level - 1) * INDENT + 0.5}rem`, ...guides(level) }}
      className={cn(
        'flex min-h-11 cursor-default items-center gap-2 rounded-lg pr-3 outline-offset-[-2px]',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span aria-hidden className="flex size-6 shrink-0 items-center justify-center text-muted">
        {expanded === null ? null : (
          // biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys do the same
          // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse alone
          <span onClick={() => store.getState().setCollapsed(node.id)}>
            <Chevron className="size-4" />
          </span>
        )}
      </span>
      <KindTile kind={node.kind} icon={iconOf(node, manifest)} className="size-7" />
      <span aria-hidden className="min-w-0 flex-1 py-1">
        <span className="block truncate text-sm font-medium">
          <span className={mark === 'removed' ? 'text-muted line-through decoration-danger decoration-2' : undefined}>
            {node.name}
          </span>
          {branch ? <span className="ml-2 text-xs font-normal text-muted">branch {branch}</span> : null}
        </span>
        <span className="block truncate text-xs text-muted">
          {[summaryOf(node, manifest), ...ways].filter(Boolean).join(' · ')}
        </span>
      </span>
      {worst ? (
        <span aria-hidden className={cn('text-sm font-bold', worst === 'error' ? 'text-danger' : 'text-warning')}>
          !
        </span>
      ) : null}
      {mark ? (
        <span
          aria-hidden
          data-mark={mark}
          className={cn(
            'rounded-full px-2 text-[11px] leading-5 font-semibold text-on-ink dark:text-black',
            MARKS[mark].solid,
          )}
        >
          {MARKS[mark].sign} {MARKS[mark].word}
        </span>
      ) : null}
      {run ? <StatusBadge status={run.status} detail={run.detail} brief /> : off === 'itself' ? <OffBadge /> : null}
    </div>
  );
}

/** What can be done with the step that is chosen. */
function Tools({ row }: { row: Row | undefined }) {
  const store = useEditorStore();
  const workflow = useEditor((state) => state.document);
  const { goTo, openInsert, edit } = store.getState();
  const node = row?.node;
  const { graph } = workflow;
  const add = (event: React.MouseEvent<HTMLButtonElement>) => {
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    const spot = !node
      ? { into: null }
      : mayGoOn(node) || node.kind === 'choice'
        ? { after: node.id }
        : { into: node.parent };
    openInsert({ spot, x: left, y: bottom + 4 });
  };
  const targets = node ? graph.nodes.filter(({ id }) => canConnect(workflow, node.id, id) === null) : [];
  const places = node ? placesFor(workflow, node.id) : [];
  const ways = node ? edgesFrom(graph, node.id) : [];
  return (
    <div
      role="toolbar"
      aria-label={node ? `Do with ${node.name}` : 'Do'}
      className="flex shrink-0 flex-wrap gap-1.5 border-b bg-surface px-3 py-2"
    >
      <Button size="sm" onClick={add}>
        <Plus className="size-3.5" aria-hidden /> {node ? 'Add a step after' : 'Add the first step'}
      </Button>
      {node ? (
        <>
          <Button size="sm" onClick={() => goTo(node.id)}>
            <SlidersHorizontal className="size-3.5" aria-hidden /> Settings
          </Button>
          <Menu
            align="start"
            trigger={
              <Button size="sm" disabled={targets.length === 0}>
                <Link2 className="size-3.5" aria-hidden /> Connect to
              </Button>
            }
            items={targets.map(({ id, name }) => ({
              label: name,
              onSelect: () => void edit((now) => connect(now, node.id, id)),
            }))}
          />
          <Menu
            align="start"
            trigger={
              <Button size="sm" disabled={ways.length === 0}>
                <Unlink className="size-3.5" aria-hidden /> Disconnect
              </Button>
            }
            items={ways.map((edge) => ({
              label: leadsTo(graph, edge),
              onSelect: () => void edit((now) => disconnect(now, edge.id)),
            }))}
          />
          <Menu
            align="start"
            trigger={
              <Button size="sm" disabled={places.length === 0}>
                <ArrowRightLeft className="size-3.5" aria-hidden /> Move to
              </Button>
            }
            items={places.map(({ label, parent }) => ({
              label,
              onSelect: () => moveSteps(store, [node.id], parent),
            }))}
          />
          <Button size="sm" onClick={() => switchSteps(store, [node.id])}>
            <Power className="size-3.5" aria-hidden /> {node.off ? 'Switch on' : 'Switch off'}
          </Button>
          <Button
            size="sm"
            variant="ghost"
            onClick={() => {
              removeSteps(store, [node.id]);
              requestAnimationFrame(() => focusRow(nodeOf(graph, store.getState().selected[0] ?? '')?.id));
            }}
          >
            <Trash2 className="size-3.5" aria-hidden /> Delete
          </Button>
        </>
      ) : null}
    </div>
  );
}
