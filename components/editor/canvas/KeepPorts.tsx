'use client';
import { useEffect } from 'react';
import { type Handle, type NodeHandle, useStoreApi } from 'reactflow';
import type { Lod } from './lod';

/**
 * From afar steps are drawn without their ports, and React Flow, which measures each step that it has not seen before,
 * takes that for having none: all lines of a graph that is opened from afar would be gone, also from close by. So the
 * places that `flow` gives count again.
 */
export function KeepPorts({ lod }: { lod: Lod }) {
  const store = useStoreApi();
  useEffect(() => {
    const keep = () => {
      let found = false;
      for (const { id, internals } of store.getState().nodeLookup.values()) {
        const { handleBounds, userNode } = internals;
        if (!userNode.handles || !handleBounds || handleBounds.source || handleBounds.target) continue;
        const of = (type: NodeHandle['type']) =>
          userNode
            .handles!.filter((handle) => handle.type === type)
            .map((handle) => ({ ...handle, nodeId: id }) as Handle);
        internals.handleBounds = { source: of('source'), target: of('target') };
        found = true;
      }
      if (found) store.setState({});
    };
    keep();
    return lod === 'dot' ? store.subscribe(keep) : undefined;
  }, [store, lod]);
  return null;
}
