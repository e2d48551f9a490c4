'use client';
import { type NodeOf, setField } from '@/lib/graph';
import { Catchers } from './Catchers';
import { MappingField } from './MappingField';
import { useFieldProblem } from './problem';
import { Retries } from './Retries';

type Node = NodeOf<'task' | 'parallel' | 'map'>;

/** What happens when the step fails: try again, go another way, give up after a time. */
export function ErrorsTab({ node }: { node: Node }) {
  return (
    <div className="flex flex-col gap-5">
      <Retries node={node} />
      <Catchers node={node} />
      {node.kind === 'task' ? <Limits node={node} /> : null}
    </div>
  );
}

const SECONDS = { type: 'integer', minimum: 1, maximum: 99_999_999 };

/** How long the step may take, and how long it may be silent. */
function Limits({ node }: { node: NodeOf<'task'> }) {
  const timeout = useFieldProblem(node.id, ['timeout']);
  const heartbeat = useFieldProblem(node.id, ['heartbeat']);
  return (
    <section className="flex flex-col gap-3" aria-label="Limits of time">
      <h3 className="text-xs font-medium">Limits of time</h3>
      <MappingField
        target={node.id}
        label="Give up after, seconds"
        schema={{ ...SECONDS, examples: [60] }}
        hint="Then it fails with States.Timeout. Empty: it may take as long as it takes."
        mapping={node.timeout}
        path={['timeout']}
        problem={timeout}
        set={(document, mapping) => setField(document, node.id, 'timeout', mapping)}
      />
      <MappingField
        target={node.id}
        label="A sign of life every, seconds"
        schema={{ ...SECONDS, examples: [30] }}
        hint="For what is done elsewhere and reports by callback: silent for longer, it fails with States.HeartbeatTimeout."
        mapping={node.heartbeat}
        path={['heartbeat']}
        problem={heartbeat}
        set={(document, mapping) => setField(document, node.id, 'heartbeat', mapping)}
      />
    </section>
  );
}
