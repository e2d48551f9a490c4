'use client';
import type { ReactNode } from 'react';
import type { Json } from '@/lib/base/json';
import type { JsonSchema } from '@/lib/functions/manifest';
import { mappingSchema, nodeOf, type Reference } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { cn } from '../../ui/cn';
import { useEditor } from '../state/context';
import { type Conversion, conversionsFor, fitOf } from './convert';
import { manifestsOf, shapeOf } from './data';

/** The check of a reference: by what is known of it, else by its value in the sample. */
export function ReferenceMisfit({
  target,
  reference,
  sampled,
  render,
}: {
  target: string;
  reference: Reference;
  sampled: Json | undefined;
  render: (given: JsonSchema | null) => ReactNode;
}) {
  const document = useEditor((state) => state.document);
  const functions = useEditor((state) => state.functions);
  const node = nodeOf(document.graph, target);
  if (!node) return null;
  return render(mappingSchema(document, node, reference, manifestsOf(functions)).schema ?? shapeOf(sampled));
}

/** Why data does not fit, and what would make it fit. */
export function Misfit({
  given,
  schema,
  language,
  told,
  onTurn,
}: {
  given: JsonSchema | null;
  schema: JsonSchema;
  language: 'JSONata' | 'JSONPath';
  /** the checker says it already */
  told: boolean;
  onTurn: (conversion: Conversion) => void;
}) {
  const { fit, why } = fitOf(given, schema);
  if (fit === 'fits' || !given || (fit === 'maybe' && why === null)) return null;
  const offers = conversionsFor(given, schema, language);
  if (offers.length === 0 && (told || fit === 'maybe')) return null;
  return (
    <div className={cn('flex flex-col gap-1', !told && 'rounded-md border border-warning/40 bg-warning/6 p-2')}>
      {told ? null : <p className="text-xs">{why}</p>}
      {offers.length > 0 ? (
        <div className="flex flex-wrap gap-1.5">
          {offers.map((conversion) => (
            <Button key={conversion.id} size="sm" onClick={() => onTurn(conversion)}>
              {conversion.label}
            </Button>
          ))}
        </div>
      ) : (
        <p className="text-xs text-muted">No conversion leads from one to the other. Choose other data.</p>
      )}
    </div>
  );
}
