import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateDefinition } from '@/lib/asl/validate';
import { compile, decompile } from '@/lib/compile';
import { FunctionManifest } from '@/lib/functions/manifest';
import { check, emptyDocument, nodeOf, type Spot, type WorkflowDocument } from '@/lib/graph';
import { insertPattern, PATTERNS } from './patterns';

const manifests = [...new Set(PATTERNS.flatMap(({ functions }) => functions))].map((name) =>
  FunctionManifest.parse(JSON.parse(readFileSync(path.join('lambdas', name, 'function.json'), 'utf8'))),
);
const documentOf = (definition: object): WorkflowDocument => ({
  ...emptyDocument(),
  graph: decompile(definition).graph!,
});
const line = (QueryLanguage: string) =>
  documentOf({
    QueryLanguage,
    StartAt: 'Before',
    States: {
      Before: { Type: 'Pass', Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Inside', States: { Inside: { Type: 'Pass', End: true } } }],
        Next: 'After',
      },
      After: { Type: 'Pass', End: true },
    },
  });
const idOf = (document: WorkflowDocument, name: string) => document.graph.nodes.find((node) => node.name === name)!.id;
const faults = (document: WorkflowDocument) => {
  const { definition, diagnostics } = compile(document.graph);
  return [...check(document, manifests), ...diagnostics, ...validateDefinition(JSON.stringify(definition))].filter(
    ({ severity }) => severity.toLowerCase() === 'error',
  );
};

describe.each(PATTERNS)('$title', (pattern) => {
  test.each(['JSONata', 'JSONPath'])('comes between two steps of a %s workflow without a fault', (language) => {
    const document = line(language);
    const spot: Spot = { after: idOf(document, 'Before') };
    const { document: made, ids } = insertPattern(document, pattern, spot);
    expect(faults(made)).toEqual([]);
    const reached = new Set(made.graph.edges.map((edge) => `${nodeOf(made.graph, edge.from)?.name}>${edge.to}`));
    expect(reached.has(`Before>${ids[0]}`)).toBe(true);
    expect([...reached].some((edge) => edge.endsWith(`>${idOf(document, 'Both')}`))).toBe(true);
    expect(made.graph.nodes.some(({ name }) => name.startsWith('Place of'))).toBe(false);
  });

  test('begins an empty workflow, a branch and, a second time, under names of its own', () => {
    const { document: first, ids } = insertPattern(emptyDocument(), pattern, { into: null });
    expect(first.graph.startAt).toBe(ids[0]);
    expect(faults(first)).toEqual([]);
    const document = line('JSONata');
    const inside = insertPattern(document, pattern, { start: { id: idOf(document, 'Both'), branch: 0 } });
    expect(faults(inside.document)).toEqual([]);
    const twice = insertPattern(inside.document, pattern, { after: idOf(document, 'Before') });
    expect(faults(twice.document)).toEqual([]);
    const names = twice.document.graph.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
