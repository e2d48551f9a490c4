'use client';
import { Maximize2 } from 'lucide-react';
import { useState } from 'react';
import { payloadOf, payloadPath, setArgument, type WorkflowNode } from '@/lib/graph';
import { Button, IconButton } from '../../ui/Button';
import { manifestOf, useEditor } from '../state/context';
import { ArgumentFields, fieldNames } from './ArgumentFields';
import { JsonMapping } from './JsonMapping';
import { MapFields } from './MapFields';
import { MappingField } from './MappingField';
import { MappingSheet } from './MappingSheet';
import { SampleBar } from './SampleBar';

/** Where the step's data comes from: one row for each parameter of its function; the same with room beside the data. */
export function InputTab({ node }: { node: WorkflowNode }) {
  const [wide, setWide] = useState(false);
  const needs = node.kind === 'map' ? <MapFields node={node} /> : <Arguments node={node} />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-1">
        <div className="min-w-0 flex-1">
          <SampleBar node={node.id} />
        </div>
        <IconButton label="Map in a wide view" size="sm" onClick={() => setWide(true)}>
          <Maximize2 className="size-3.5" />
        </IconButton>
      </div>
      {wide ? <p className="text-sm text-muted">Open in the wide view.</p> : needs}
      <MappingSheet node={node.id} title={`Input of ${node.name}`} open={wide} onOpenChange={setWide}>
        {needs}
      </MappingSheet>
    </div>
  );
}

function Arguments({ node }: { node: WorkflowNode }) {
  const manifest = useEditor(manifestOf(node));
  const payload = payloadOf(node);
  const [asJson, setAsJson] = useState(false);
  // A payload that is one reference or expression, not fields, has no rows.
  const whole = payload && fieldNames(payload) === null;
  const base = ['arguments', ...payloadPath(node)];
  return (
    <div className="flex flex-col gap-4">
      {whole ? (
        <MappingField
          target={node.id}
          label="All of the input"
          mapping={payload}
          path={base}
          modes={['data', 'expression']}
          hint="One value is passed whole, instead of field by field."
          set={(document, mapping) => setArgument(document, node.id, [], mapping)}
        />
      ) : asJson ? (
        <JsonMapping
          node={node}
          label="Input"
          mapping={payload}
          path={base}
          set={(document, mapping) => setArgument(document, node.id, [], mapping)}
        />
      ) : (
        <ArgumentFields
          node={node}
          at={[]}
          schema={manifest?.input ?? {}}
          mapping={payload}
          base={base}
          empty={manifest ? `${manifest.title} takes no input.` : 'No fields yet.'}
        />
      )}
      {whole ? null : (
        <div className="border-t pt-3">
          <Button size="sm" variant="ghost" className="-ml-2.5" onClick={() => setAsJson(!asJson)}>
            {asJson ? 'As fields' : 'As JSON'}
          </Button>
        </div>
      )}
    </div>
  );
}
