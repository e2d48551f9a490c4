/** Inputs of a workflow that an edit leaves without a use go with it. */
import {
  expressionText,
  languageOf,
  type Mapping,
  referenceText,
  setInput,
  visitMappings,
  type WorkflowDocument,
} from '@/lib/graph';

/** The fields of the workflow's input that its steps read; `null` where one reads all of it. */
export function inputsUsed({ graph, input }: WorkflowDocument): Set<string> | null {
  const used = new Set<string>();
  let whole = false;
  for (const node of graph.nodes) {
    const language = languageOf(graph, node);
    if (language === 'JSONPath') return null;
    const look = (mapping: Mapping) => {
      const text = expressionText(mapping, language);
      for (const name of Object.keys(input.properties ?? {})) {
        if (text.includes(referenceText({ from: { kind: 'input' }, path: [name] }, language))) used.add(name);
      }
      if (
        /\$states\.context\.Execution\.Input(?![.`\p{ID_Continue}])|\$states\.context(?!\.)|\$states\.input/u.test(text)
      )
        whole = true;
    };
    visitMappings(node, language, look);
  }
  return whole ? null : used;
}

export function pruneInputs(before: WorkflowDocument, after: WorkflowDocument): WorkflowDocument {
  const [old, now] = [inputsUsed(before), inputsUsed(after)];
  if (!old || !now) return after;
  const gone = [...old].filter((name) => !now.has(name));
  if (gone.length === 0) return after;
  const { properties = {}, required, ...rest } = after.input;
  const left = (required ?? []).filter((name) => !gone.includes(name));
  return setInput(after, {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !gone.includes(name))),
    ...(left.length > 0 ? { required: left } : {}),
  }).document;
}
