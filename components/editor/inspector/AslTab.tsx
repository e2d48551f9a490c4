'use client';
import { useMemo } from 'react';
import { isObject, type Json } from '@/lib/base/json';
import { compile } from '@/lib/compile';
import type { WorkflowNode } from '@/lib/graph';
import { CodeField } from '../../ui/CodeField';
import { CopyButton } from '../../ui/JsonView';
import { useEditor } from '../state/context';

/** This step as Amazon States Language says it. */
export function AslTab({ node }: { node: WorkflowNode }) {
  const graph = useEditor((state) => state.document.graph);
  const setView = useEditor((state) => state.setView);
  const text = useMemo(() => {
    const state = stateNamed(compile(graph).definition, node.name);
    return state ? JSON.stringify({ [node.name]: state }, null, 2) : '';
  }, [graph, node.name]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between">
        <span className="text-xs text-muted">Amazon States Language</span>
        <CopyButton text={text} label="Copy this state" />
      </div>
      <CodeField label="Definition of the step" value={text} readOnly maxHeight="60vh" />
      <button
        type="button"
        onClick={() => setView('code')}
        className="self-start rounded-sm text-xs text-accent hover:underline"
      >
        Edit the whole definition
      </button>
    </div>
  );
}

function stateNamed(scope: Json | undefined, name: string): Json | undefined {
  if (!isObject(scope) || !isObject(scope.States)) return undefined;
  if (Object.hasOwn(scope.States, name)) return scope.States[name];
  for (const state of Object.values(scope.States)) {
    if (!isObject(state)) continue;
    const inner = [state.ItemProcessor ?? state.Iterator, ...(Array.isArray(state.Branches) ? state.Branches : [])];
    for (const child of inner) {
      const found = stateNamed(child, name);
      if (found) return found;
    }
  }
  return undefined;
}
