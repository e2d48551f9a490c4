import { Badge, Section } from '@/components/ui';

type Operation = {
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string }>;
};
export type ApiDescription = { paths: Record<string, Record<string, Operation>> };

const TONES = { get: 'neutral', post: 'accent', put: 'warning', delete: 'danger' } as const;

/** The HTTP API, read from its own OpenAPI description. */
export function ApiScreen({ api, origin }: { api: ApiDescription; origin: string }) {
  return (
    <div className="flex max-w-4xl flex-col gap-6">
      <div className="flex flex-col gap-2 text-sm">
        <p>
          Every call carries the token: <code className="rounded bg-sunken px-1.5 py-0.5">Authorization: Bearer …</code>
          . It was made on the first start; “Run by URL” on the home page shows it. Bodies and answers are JSON; a
          refusal answers <code>{'{ "problem": { code, message, hint } }'}</code>.
        </p>
        <p>
          For tools:{' '}
          <a className="text-accent underline-offset-2 hover:underline" href="/api/v1/openapi.json">
            openapi.json
          </a>
        </p>
      </div>
      {Object.entries(api.paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => (
          <Section
            key={`${method} ${path}`}
            title={
              <span className="flex flex-wrap items-center gap-2">
                <Badge tone={TONES[method as keyof typeof TONES]} className="uppercase">
                  {method}
                </Badge>
                <code className="text-sm break-all">{path}</code>
              </span>
            }
          >
            <div className="flex flex-col gap-2 text-sm">
              <p className="font-medium">{operation.summary}</p>
              {operation.description ? <p className="text-muted">{operation.description}</p> : null}
              {operation.parameters
                ?.filter((parameter) => parameter.in === 'query')
                .map((parameter) => (
                  <p key={parameter.name} className="text-muted">
                    <code className="text-text">?{parameter.name}=</code> {parameter.description}
                  </p>
                ))}
              <p className="text-muted">Answers: {operation.responses.default?.description}</p>
              <pre className="rounded-md border bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap">
                {curl(method, origin + path, operation)}
              </pre>
            </div>
          </Section>
        )),
      )}
    </div>
  );
}

const curl = (method: string, url: string, operation: Operation) =>
  `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${url}' -H "Authorization: Bearer $TOKEN"${operation.requestBody ? ` -H 'Content-Type: application/json' -d '{ … }'` : ''}`;
