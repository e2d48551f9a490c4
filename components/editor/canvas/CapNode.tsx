'use client';
import { memo } from 'react';
import { Handle, type Node, type NodeProps, Position } from 'reactflow';
import { START } from './flow';
import { drawsTheSame } from './lod';

/** Where a run comes in, and where it goes out. */
export const CapNode = memo(function CapNode({ id, data }: NodeProps<Node<{ label: string; empty: boolean }, 'cap'>>) {
  return (
    <div className="flex h-7 w-[76px] items-center justify-center rounded-full border border-border-strong bg-surface text-xs font-medium text-muted">
      {data.label}
      <Handle
        type={id === START ? 'source' : 'target'}
        id={id === START ? 'out' : 'in'}
        position={id === START ? Position.Bottom : Position.Top}
        isConnectable={false}
        className="port-hidden"
      />
    </div>
  );
}, drawsTheSame);
