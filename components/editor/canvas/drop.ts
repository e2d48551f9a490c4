/**
 * Which container a step is dropped into. Pure geometry, on the layout as it was before the drag: a container that grew
 * with what is dragged could never be left.
 */
import {
  branchesOf,
  CONTAINER,
  isContainer,
  isInside,
  NODE_SIZE,
  nodeOf,
  type Parent,
  sizeOf,
  type WorkflowDocument,
} from '@/lib/graph';
import { cornerOf, type Point } from './places';

/**
 * @param position where the step is being dragged, relative to its container
 * @param moving all the steps that are dragged: none of them can hold another
 * @returns the innermost container under the middle of the step's upper edge, and its branch; `null`: the main line
 */
export function dropScope(document: WorkflowDocument, id: string, position: Point, moving: string[]): Parent | null {
  const { graph, layout } = document;
  const step = nodeOf(graph, id);
  if (!step) return null;
  const origin = step.parent ? cornerOf(document, step.parent.id) : { x: 0, y: 0 };
  const width = layout.collapsed.includes(id) ? NODE_SIZE.width : sizeOf(document, layout, id).width;
  const point = { x: origin.x + position.x + width / 2, y: origin.y + position.y + NODE_SIZE.height / 2 };
  let found: Parent | null = null;
  let smallest = Number.POSITIVE_INFINITY;
  for (const node of graph.nodes) {
    if (!isContainer(node) || layout.collapsed.includes(node.id)) continue;
    if (moving.some((one) => one === node.id || isInside(graph, node, one))) continue;
    const corner = cornerOf(document, node.id);
    const size = sizeOf(document, layout, node.id);
    const within =
      point.x >= corner.x &&
      point.x <= corner.x + size.width &&
      point.y >= corner.y &&
      point.y <= corner.y + size.height;
    if (!within || size.width * size.height >= smallest) continue;
    smallest = size.width * size.height;
    const branches = branchesOf(document, layout, node.id);
    const branch = branches.findIndex((box) => point.x < corner.x + box.x + box.width + CONTAINER.branchGap / 2);
    found = { id: node.id, branch: branch < 0 ? Math.max(0, branches.length - 1) : branch };
  }
  return found;
}
