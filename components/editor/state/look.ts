/**
 * What is wrong with a workflow, and its fingerprint. Knows no store and no page: `check` asks it here or in a thread.
 *
 *   document, functions ──lookOver()──▶ problems at their steps, hash of the definition
 *
 * @module
 */
import { validateDefinition } from '@/lib/asl/validate';
import type { Diagnostic } from '@/lib/base/problem';
import { compile, definitionHash, definitionText, fillPlaceholders, nodeAtPath, placeholdersIn } from '@/lib/compile';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { check, mergeDiagnostics, type Workflow, type WorkflowDocument } from '@/lib/graph';

export type Looked = { problems: Diagnostic[]; hash: string };

const SOME_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:placeholder';

export function lookOver(document: WorkflowDocument, functions: readonly FunctionManifest[]): Looked {
  const { definition, diagnostics } = compile(document.graph);
  const text = definitionText(definition);
  // What is filled in at deployment is asked for by the run.
  const dummies = Object.fromEntries(placeholdersIn(definition).map((name) => [name, SOME_ARN]));
  const found = mergeDiagnostics(check(document, [...functions]), diagnostics);
  // What only the language's own check knows; where the graph is broken, it would say the same again in other words.
  const broken = found.some(({ severity }) => severity === 'error');
  const problems = broken
    ? found
    : [...found, ...refusals(document.graph, definitionText(fillPlaceholders(definition, dummies)))];
  return { problems, hash: definitionHash(text) };
}

/** What AWS would refuse, at its step. */
function refusals(graph: Workflow, text: string): Diagnostic[] {
  return validateDefinition(text)
    .filter(({ severity }) => severity === 'ERROR')
    .map(({ message, location, hint }): Diagnostic => {
      const path = (location ?? '').split('/').slice(1);
      // `Branches[0]`: a field and its index
      const parts = path.flatMap((part) => {
        const [name, ...indexes] = part.split(/\[(\d+)\]/).filter((each) => each !== '');
        return [name ?? '', ...indexes.map(Number)];
      });
      const node = nodeAtPath(graph, [...parts, '']);
      return {
        code: 'WORKFLOW_INVALID',
        severity: 'error',
        message: `${message}${location ? ` (at ${location})` : ''}`,
        hint,
        at: node ? { node } : {},
      };
    });
}
