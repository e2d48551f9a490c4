'use client';
import { type NodeOf, setField } from '@/lib/graph';
import { Field } from '../../ui/Input';
import { Segmented } from '../../ui/Tabs';
import { useEditor } from '../state/context';
import { MappingField } from './MappingField';

export function WaitFields({ node }: { node: NodeOf<'wait'> }) {
  const edit = useEditor((state) => state.edit);
  const how = node.wait?.for ?? 'seconds';
  return (
    <>
      <Field label="Wait">
        {() => (
          <Segmented
            label="What is waited for"
            value={how}
            onChange={(next) =>
              edit((now) =>
                setField(now, node.id, 'wait', {
                  for: next,
                  value: {
                    kind: 'literal',
                    value:
                      next === 'seconds' ? 5 : new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z'),
                  },
                }),
              )
            }
            options={[
              { value: 'seconds', label: 'For some seconds' },
              { value: 'timestamp', label: 'Until a moment' },
            ]}
          />
        )}
      </Field>
      <MappingField
        target={node.id}
        label={how === 'seconds' ? 'Seconds' : 'Moment'}
        required
        schema={
          how === 'seconds' ? { type: 'integer', minimum: 0 } : { type: 'string', examples: ['2027-01-01T09:00:00Z'] }
        }
        hint={how === 'seconds' ? 'Up to a year: 31 536 000.' : 'As 2027-01-01T09:00:00Z.'}
        mapping={node.wait?.value}
        path={['wait', 'value']}
        set={(document, mapping) => setField(document, node.id, 'wait', mapping ? { for: how, value: mapping } : null)}
      />
    </>
  );
}
