/** Outside of every component, so that React Flow sees the same objects on each render. */
import type { EdgeTypes, NodeTypes } from 'reactflow';
import { CapNode } from './CapNode';
import { ContainerNode } from './ContainerNode';
import { FlowEdge } from './FlowEdge';
import { NoteNode } from './NoteNode';
import { StepNode } from './StepNode';

export const nodeTypes = { step: StepNode, container: ContainerNode, cap: CapNode, note: NoteNode } satisfies NodeTypes;
export const edgeTypes = { flow: FlowEdge } satisfies EdgeTypes;
