/** Renaming a workflow's input with every reference following, and who reads it. Pure. */
import {
  languageOf,
  leaves,
  type Mapping,
  referenceText,
  setInput,
  visitMappings,
  type WorkflowDocument,
} from '@/lib/graph';
import { rewrite } from '@/lib/graph/places';

export function renameInput(document: WorkflowDocument, from: string, to: string): { document: WorkflowDocument } {
  const { input, graph } = document;
  const properties = Object.fromEntries(
    Object.entries(input.properties ?? {}).map(([name, schema]) => [name === from ? to : name, schema]),
  );
  const required = input.required?.map((name) => (name === from ? to : name));
  const renamed = setInput(document, { ...input, properties, ...(required && { required }) }).document;
  const nodes = graph.nodes.map((node) => {
    const language = languageOf(graph, node);
    const spell = (name: string) => referenceText({ from: { kind: 'input' }, path: [name] }, language);
    const [old, fresh] = [spell(from), spell(to)];
    const follow = (mapping: Mapping): Mapping => {
      switch (mapping.kind) {
        case 'literal':
          return mapping;
        case 'reference':
          return mapping.from.kind === 'input' && mapping.path[0] === from
            ? { ...mapping, path: [to, ...mapping.path.slice(1)] }
            : mapping;
        case 'expression': {
          const text = replaceWhole(mapping.text, old, fresh);
          return text === mapping.text ? mapping : { kind: 'expression', text };
        }
        case 'object': {
          const fields = mapping.fields.map((field) => ({ field, value: follow(field.value) }));
          return fields.every(({ field, value }) => field.value === value)
            ? mapping
            : { kind: 'object', fields: fields.map(({ field, value }) => ({ ...field, value })) };
        }
        case 'list': {
          const items = mapping.items.map(follow);
          return items.every((item, i) => item === mapping.items[i]) ? mapping : { kind: 'list', items };
        }
      }
    };
    return rewrite(node, language, follow);
  });
  return { document: { ...renamed, graph: { ...graph, nodes } } };
}

/** Names of the steps that read an input, with how often: what a renaming updates, and a removal breaks. */
export function readersOf(document: WorkflowDocument, name: string): { step: string; places: number }[] {
  const { graph } = document;
  return graph.nodes.flatMap((node) => {
    const language = languageOf(graph, node);
    const spelled = referenceText({ from: { kind: 'input' }, path: [name] }, language);
    let places = 0;
    visitMappings(node, language, (mapping) => {
      for (const { mapping: leaf } of leaves(mapping)) {
        const reads =
          leaf.kind === 'reference'
            ? leaf.from.kind === 'input' && leaf.path[0] === name
            : leaf.kind === 'expression' && replaceWhole(leaf.text, spelled, '') !== leaf.text;
        if (reads) places++;
      }
    });
    return places > 0 ? [{ step: node.name, places }] : [];
  });
}

/** Where the name ends with the match: `Input.photo`, never `Input.photos`. */
export function replaceWhole(text: string, old: string, fresh: string): string {
  let out = '';
  let at = 0;
  for (let found = text.indexOf(old); found >= 0; found = text.indexOf(old, at)) {
    const after = text[found + old.length] ?? '';
    const whole = !/[\p{ID_Continue}]/u.test(after) || old.endsWith('`') || old.endsWith(']');
    out += text.slice(at, found) + (whole ? fresh : old);
    at = found + old.length;
  }
  return out + text.slice(at);
}
