/** Looks the document over a moment after each edit: what is wrong with it, and its fingerprint. */
import { compile, definitionHash, definitionText } from '@/lib/compile';
import { check, mergeDiagnostics } from '@/lib/graph';
import type { EditorStore } from './store';

const REST = 120;

/** @returns stops looking */
export function watchProblems(store: EditorStore): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const { document, functions, setProblems } = store.getState();
    const { definition, diagnostics } = compile(document.graph);
    setProblems(
      mergeDiagnostics(check(document, [...functions.values()]), diagnostics),
      definitionHash(definitionText(definition)),
    );
  };
  look();
  const unsubscribe = store.subscribe((now, before) => {
    if (now.document === before.document) return;
    clearTimeout(timer);
    timer = setTimeout(look, REST);
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
