/**
 * "do the crop before the resize", "swap the first two": a step goes elsewhere.
 *
 *   words, scene ──moveIn()──▶ the step and where it goes | why that cannot be | null: no move was asked for
 *
 * Pure. A move is a step taken out and put in again; what it is given there is the caller's work.
 * @module
 */
import { edgesFrom, functionOf, type Mapping, nodeOf, variableOf, type WorkflowNode } from '@/lib/graph';
import type { ValueFrom } from '../plan';
import { findStep, lastStep, mainLine, type Scene } from './find';

export type Move = { step: WorkflowNode; where: 'before' | 'after'; anchor: WorkflowNode };

const MOVE =
  /^(?:do|run|put|move|perform|place|have|let|make)\s+(?<step>.+?)\s+(?:(?:happen|come|go|run)\s+)?(?:right\s+)?(?<where>before|in front of|ahead of|after|behind)\s+(?<anchor>.+)$/i;
const MOVE_END =
  /^(?:do|run|put|move|perform|place|have|let|make)\s+(?<step>.+?)\s+(?:(?:happen|come|go|run)\s+)?(?:(?:to|at) the (?:very )?(?<end>start|beginning|front|top|end|bottom|back)|(?<turn>first|last))$/i;
const SWAP =
  /^(?:swap|switch|exchange|flip|reverse)\s+(?:the (?:order of\s+)?)?(?<one>.+?)\s+(?:and|with)\s+(?<other>.+)$/i;
const SWAP_TWO =
  /^(?:swap|switch|exchange|flip|reverse)\s+(?:the )?(?:order of\s+)?(?:the )?(?<end>first|last) two(?: steps| ones)?$/i;
const SWAP_THEM =
  /^(?:swap|switch|exchange|flip|reverse)\s+(?:those|these|the|them|both)?\s*(?:two|both)?\s*(?:steps|ones)?(?:\s+around)?$/i;

export function moveIn(clause: string, scene: Scene): Move | string | null {
  const two = swappedIn(clause, scene);
  if (two) return typeof two === 'string' ? two : swap(two, scene);
  const groups = (MOVE.exec(clause) ?? MOVE_END.exec(clause))?.groups;
  if (!groups) return null;
  const step = findStep(groups.step!, scene);
  if (!step) return null;
  if (groups.anchor !== undefined) {
    const anchor = findStep(groups.anchor, scene);
    if (!anchor) return null;
    return move(step, /before|front|ahead/i.test(groups.where!) ? 'before' : 'after', anchor, scene);
  }
  const { graph } = scene.document;
  if (step.parent) return `“${step.name}” is inside of another step, and stays there.`;
  if (/start|beginning|front|top|first/i.test(groups.end ?? groups.turn!)) {
    const first = graph.startAt === null ? undefined : nodeOf(graph, graph.startAt);
    return first ? move(step, 'before', first, scene) : null;
  }
  const last = lastStep(scene.document);
  return last ? move(step, 'after', last, scene) : null;
}

function move(step: WorkflowNode, where: 'before' | 'after', anchor: WorkflowNode, { document }: Scene): Move | string {
  const { graph } = document;
  if (step.id === anchor.id) return `“${step.name}” is there already.`;
  const [from, to] = where === 'before' ? [step, anchor] : [anchor, step];
  if (edgesFrom(graph, from.id).some((edge) => edge.to === to.id && edge.kind === 'next'))
    return `“${step.name}” comes right ${where} “${anchor.name}” already.`;
  if (step.parent?.id !== anchor.parent?.id || step.parent?.branch !== anchor.parent?.branch)
    return `“${step.name}” and “${anchor.name}” are in different parts of the workflow: draw on the canvas what is to come first.`;
  if (step.kind !== 'task' || functionOf(step) === null || (step.catchers?.length ?? 0) > 0)
    return `“${step.name}” cannot be moved by words: draw its connections on the canvas.`;
  return { step, where, anchor };
}

function swappedIn(clause: string, scene: Scene): [WorkflowNode, WorkflowNode] | string | null {
  const line = mainLine(scene.document);
  const { one, other } = SWAP.exec(clause)?.groups ?? {};
  const end = SWAP_TWO.exec(clause)?.groups?.end;
  const chosen = scene.selected.flatMap((id) => nodeOf(scene.document.graph, id) ?? []);
  const pair = end
    ? /first/i.test(end)
      ? line.slice(0, 2)
      : line.slice(-2)
    : one && other
      ? [findStep(one, scene), findStep(other, scene)].filter((node) => node !== null)
      : SWAP_THEM.test(clause)
        ? chosen.length === 0 && line.length === 2
          ? line
          : chosen
        : null;
  if (pair === null) return null;
  const [first, second] = pair;
  if (first && second && first.id !== second.id && pair.length === 2) return [first, second];
  return one ? null : 'Which two steps are meant is open: name both, or select them.';
}

function swap([one, other]: [WorkflowNode, WorkflowNode], scene: Scene): Move | string {
  const { graph } = scene.document;
  const follows = (a: WorkflowNode, b: WorkflowNode) =>
    edgesFrom(graph, a.id).some(({ to, kind }) => to === b.id && kind === 'next');
  if (follows(one, other)) return move(one, 'after', other, scene);
  if (follows(other, one)) return move(other, 'after', one, scene);
  return `“${one.name}” and “${other.name}” do not follow each other: move one of them, for example: move ${one.name} after ${other.name}.`;
}

/** What a step is given, as a plan says it. @returns `null` for what a plan cannot say */
export function heldValue(mapping: Mapping, { document }: Scene): ValueFrom | null {
  if (mapping.kind === 'literal') return { kind: 'literal', json: JSON.stringify(mapping.value) };
  if (mapping.kind !== 'reference') return null;
  const { from } = mapping;
  const field = mapping.path.join('.');
  if (from.kind === 'input') return field === '' ? null : { kind: 'input', field };
  if (from.kind === 'context' && field.startsWith('Map.Item.Value'))
    return { kind: 'item', field: field.slice('Map.Item.Value.'.length) || null };
  const step =
    from.kind === 'variable' ? document.graph.nodes.find((node) => variableOf(node) === from.name) : undefined;
  return step ? { kind: 'step', step: step.id, field: field || null } : null;
}
