/** Looks the document over a moment after each edit: what is wrong with it, and its fingerprint. */
import { validateDefinition } from '@/lib/asl/validate';
import type { Diagnostic } from '@/lib/base/problem';
import { compile, definitionHash, definitionText, fillPlaceholders, nodeAtPath, placeholdersIn } from '@/lib/compile';
import { check, mergeDiagnostics, type Workflow } from '@/lib/graph';
import type { EditorStore } from './store';

const REST = 120;
/** steps */
const LARGE = 200;
const SOME_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:placeholder';

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

/** @returns stops looking */
export function watchProblems(store: EditorStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const { document, functions, setProblems } = store.getState();
    const { definition, diagnostics } = compile(document.graph);
    const text = definitionText(definition);
    // What is filled in at deployment is asked for by the run.
    const dummies = Object.fromEntries(placeholdersIn(definition).map((name) => [name, SOME_ARN]));
    const runnable = definitionText(fillPlaceholders(definition, dummies));
    const found = mergeDiagnostics(check(document, [...functions.values()]), diagnostics);
    // What only the language's own check knows; where the graph is broken, it would say the same again in other words.
    const broken = found.some(({ severity }) => severity === 'error');
    setProblems(broken ? found : [...found, ...refusals(document.graph, runnable)], definitionHash(text));
  };
  let idle: number | undefined;
  const stop = () => {
    clearTimeout(timer);
    if (idle !== undefined) cancelIdleCallback(idle);
  };
  /** A large workflow is looked over when there is nothing to draw: it takes as long as several frames. */
  const soon = () => {
    const large = store.getState().document.graph.nodes.length > LARGE && typeof requestIdleCallback === 'function';
    if (large) idle = requestIdleCallback(look, { timeout: 1000 });
    else look();
  };
  soon();
  const unsubscribe = store.subscribe((now, before) => {
    // Where steps stand, and notes beside them, make nothing right or wrong; a step that is mocked needs less.
    const [a, b] = [now.document, before.document];
    if (a.graph === b.graph && a.input === b.input && a.trial === b.trial) return;
    stop();
    timer = setTimeout(soon, REST);
  });
  return () => {
    stop();
    unsubscribe();
  };
}
