'use client';
import { type ReactNode, useState } from 'react';
import type { Json } from '@/lib/base/json';
import { languageOf, type Mapping, mappingFromJson, mappingToJson, type WorkflowNode } from '@/lib/graph';
import { CodeField } from '../../ui/CodeField';
import { useEditor } from '../state/context';
import type { SetMapping } from './MappingField';

/** A whole mapping as the definition says it: JSON, with `{% … %}` where something is computed. */
export function JsonMapping({
  node,
  label,
  hint,
  mapping,
  path,
  set,
}: {
  node: WorkflowNode;
  label: string;
  hint?: ReactNode;
  mapping: Mapping | undefined;
  path: (string | number)[];
  set: SetMapping;
}) {
  const edit = useEditor((state) => state.edit);
  const language = useEditor((state) => languageOf(state.document.graph, node));
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const text = mapping === undefined ? '' : JSON.stringify(mappingToJson(mapping, { language }), null, 2);
  return (
    <div className="flex flex-col gap-1">
      <span className="text-xs font-medium">{label}</span>
      <CodeField
        label={label}
        value={typed ?? text}
        minHeight="72px"
        maxHeight="320px"
        invalid={fault !== null}
        onBlur={() => fault === null && setTyped(null)}
        onChange={(next) => {
          setTyped(next);
          let made: Mapping | undefined;
          try {
            made = next.trim() === '' ? undefined : mappingFromJson(JSON.parse(next) as Json, { language });
          } catch (error) {
            setFault(error instanceof Error ? error.message : 'Not JSON.');
            return;
          }
          setFault(null);
          edit((now) => set(now, made), { merge: `${node.id}:${path.join('.')}` });
        }}
      />
      {fault ? <p className="text-xs text-danger">Not JSON yet ({fault}). The last right version is kept.</p> : null}
      {hint ? <p className="text-xs text-muted">{hint}</p> : null}
      {language === 'JSONata' ? (
        <p className="text-xs text-muted">Computed values stand between {'{% and %}'}.</p>
      ) : null}
    </div>
  );
}
