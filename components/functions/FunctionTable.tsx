import Link from 'next/link';
import { Ago, Badge, typeText } from '@/components/ui';
import type { JsonSchema } from '@/lib/functions/manifest';
import type { FunctionSummary } from '@/lib/usecases/types';

/** Functions one under the other: what each takes and gives, on what it runs, who calls it, whether it can be called, how it failed last. */
export function FunctionTable({ functions }: { functions: FunctionSummary[] }) {
  const sorted = functions.toSorted(
    (a, b) => b.usedBy - a.usedBy || a.title.localeCompare(b.title, 'en', { numeric: true }),
  );
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface shadow-1">
      <table className="w-full text-sm">
        <thead className="text-left text-xs text-muted">
          <tr className="border-b [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium [&>th]:whitespace-nowrap">
            <th>Function</th>
            <th className="max-lg:hidden">Takes → gives</th>
            <th className="max-sm:hidden">Runtime</th>
            <th className="text-right">Used by</th>
            <th>Ready</th>
            <th className="max-sm:hidden">Last error</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((one) => (
            <tr key={one.name} className="relative border-b last:border-0 hover:bg-hover [&>td]:px-4 [&>td]:py-2">
              <td>
                <Link href={`/functions/${one.name}`} className="font-medium after:absolute after:inset-0">
                  {one.title}
                </Link>
                <p className="text-xs text-muted">
                  <code>{one.name}</code>
                  {one.own ? ' · yours' : ''}
                </p>
              </td>
              <td className="max-lg:hidden">
                <div className="flex flex-wrap items-center gap-1">
                  <Fields schema={one.input} most={2} />
                  <span className="text-xs text-muted" role="img" aria-label="gives">
                    →
                  </span>
                  <Fields schema={one.output} most={2} tone="accent" />
                </div>
              </td>
              <td className="whitespace-nowrap text-muted max-sm:hidden">{one.runtime}</td>
              <td className="text-right tabular-nums">
                {one.usedBy > 0 ? one.usedBy : <span className="text-muted">–</span>}
              </td>
              <td className="text-xs">
                {one.stub ? (
                  <span className="text-warning">△ Stub</span>
                ) : one.missingSecrets?.length ? (
                  <span className="break-all text-warning">△ Needs {one.missingSecrets.join(', ')}</span>
                ) : (
                  <span className="text-success">✓ Ready</span>
                )}
              </td>
              <td className="max-w-56 text-xs max-sm:hidden">
                {one.lastError ? (
                  <Link
                    href={`/runs/${one.lastError.runId}`}
                    title={one.lastError.cause ?? undefined}
                    // Above the link that the whole row is.
                    className="relative z-10 flex min-h-6 items-center gap-1.5 rounded-sm text-danger hover:underline"
                  >
                    <span aria-hidden>✕</span>
                    <span className="min-w-0 truncate">{one.lastError.error}</span>
                    <span className="shrink-0 text-muted">
                      <Ago at={one.lastError.at} />
                    </span>
                  </Link>
                ) : (
                  <span className="text-muted">–</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The first few, those that are required before the others; how many more there are. */
export function Fields({ schema, most, tone }: { schema: JsonSchema; most: number; tone?: 'accent' }) {
  const needed = (name: string) => (schema.required?.includes(name) ? 0 : 1);
  const fields = Object.entries(schema.properties ?? {}).sort(([a], [b]) => needed(a) - needed(b));
  return (
    <>
      {fields.slice(0, most).map(([name, field]) => (
        <Badge key={name} tone={tone}>
          <span className={tone ? undefined : 'text-text'}>{name}</span>
          <span className="font-normal text-muted">{typeText(field)}</span>
        </Badge>
      ))}
      {fields.length > most ? <span className="self-center text-xs text-muted">+{fields.length - most}</span> : null}
    </>
  );
}
