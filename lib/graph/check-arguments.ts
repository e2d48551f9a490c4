/** What steps are given, against the functions' schemas: missing, unknown, of the wrong type. One part of `check`. */
import type { FunctionManifest, JsonSchema } from '@/lib/functions/manifest';
import { functionOf, payloadOf, payloadPath } from './build';
import type { Say } from './check';
import { referenceText } from './data';
import type { Mapping, NodeOf, WorkflowDocument, WorkflowNode } from './schema';
import { mappingSchema } from './schemas';
import { languageOf } from './tree';
import { literalMisfits, type Misfit, schemaMisfits } from './types';

type Path = (string | number)[];

export function checkArguments(document: WorkflowDocument, manifests: FunctionManifest[], say: Say): void {
  const known = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  for (const node of document.graph.nodes) {
    if (node.kind === 'task') checkTask(document, node, known, manifests, say);
    if (node.kind === 'map' && node.items) {
      checkMapping(document, node, node.items, { type: ['array', 'object'] }, ['items'], 'The list', manifests, say);
    }
    if (node.kind === 'wait' && node.wait) {
      const schema: JsonSchema =
        node.wait.for === 'seconds' ? { type: 'number', minimum: 0, maximum: 99_999_999 } : { type: 'string' };
      checkMapping(document, node, node.wait.value, schema, ['wait', 'value'], 'The time', manifests, say);
    }
  }
}

function checkTask(
  document: WorkflowDocument,
  node: NodeOf<'task'>,
  known: Map<string, FunctionManifest>,
  manifests: FunctionManifest[],
  say: Say,
): void {
  const name = functionOf(node);
  if (name === null) return;
  const manifest = known.get(name);
  if (!manifest) {
    // A whole ARN names a function in someone's account, which may well be there.
    const elsewhere =
      node.resource.includes(':function:') || JSON.stringify(node.arguments ?? '').includes(':function:');
    say(
      'FUNCTION_UNKNOWN',
      elsewhere ? 'warning' : 'error',
      `"${node.name}" calls the function "${name}", which is not known here.`,
      'Choose another function, or add this one.',
      { node: node.id, path: ['arguments', 'FunctionName'] },
    );
    return;
  }
  if (manifest.missingSecrets?.length) {
    const names = manifest.missingSecrets.join(' and ');
    say(
      'SECRET_MISSING',
      'warning',
      `"${node.name}" needs ${names}, which ${manifest.missingSecrets.length === 1 ? 'is' : 'are'} not set.`,
      'Set it in Settings before you run.',
      { node: node.id },
    );
  }
  const payload = payloadOf(node);
  const at = ['arguments', ...payloadPath(node)];
  if (payload === undefined) return; // the state's input is handed on
  checkMapping(document, node, payload, manifest.input, at, '', manifests, say);
}

/** A mapping against a schema, field by field where it is spelled out. `what` names the whole; fields name themselves. */
function checkMapping(
  document: WorkflowDocument,
  node: WorkflowNode,
  mapping: Mapping,
  schema: JsonSchema,
  path: Path,
  what: string,
  manifests: FunctionManifest[],
  say: Say,
): void {
  const fields = fieldsOf(mapping);
  if (fields && (schema.properties || schema.required)) {
    for (const name of schema.required ?? []) {
      if (fields.some((field) => field.name === name) || schema.properties?.[name]?.default !== undefined) continue;
      say(
        'ARGUMENT_MISSING',
        'error',
        `"${node.name}" needs ${quoted(schema, name)}.`,
        'Fill it in, or take it from an earlier step.',
        {
          node: node.id,
          path: [...path, name],
        },
      );
    }
    for (const field of fields) {
      const inner =
        schema.properties && Object.hasOwn(schema.properties, field.name) ? schema.properties[field.name] : undefined;
      if (inner) {
        checkMapping(
          document,
          node,
          field.value,
          inner,
          [...path, field.name],
          quoted(schema, field.name),
          manifests,
          say,
        );
      } else if (schema.properties && schema.additionalProperties === false) {
        say(
          'ARGUMENT_UNKNOWN',
          'warning',
          `"${node.name}" is given "${field.name}", which it does not know.`,
          'Remove it.',
          {
            node: node.id,
            path: [...path, field.name],
          },
        );
      }
    }
    return;
  }
  const wrong = (misfits: Misfit[], source = '') => {
    for (const misfit of misfits) {
      const subject = what || 'What it is given';
      const deeper = misfit.path.length ? ` (at ${misfit.path.join('.')})` : '';
      say(
        misfit.severity === 'error' ? 'ARGUMENT_TYPE' : 'ARGUMENT_KIND',
        misfit.severity,
        `"${node.name}": ${subject}${deeper} ${misfit.message}${source}.`,
        source ? 'Take it from somewhere else, or convert it in between.' : 'Correct the value.',
        { node: node.id, path: [...path, ...misfit.path] },
      );
    }
  };
  if (mapping.kind === 'literal') {
    wrong(literalMisfits(mapping.value, schema));
    return;
  }
  const { schema: given, doubt } = mappingSchema(document, node, mapping, manifests);
  const text = mapping.kind === 'reference' ? referenceText(mapping, languageOf(document.graph, node)) : '';
  if (doubt && mapping.kind === 'reference') {
    say(
      doubt === 'absent' ? 'REFERENCE_FIELD_UNKNOWN' : 'REFERENCE_OPTIONAL',
      doubt === 'absent' || mapping.from.kind === 'input' ? 'warning' : 'info',
      doubt === 'absent'
        ? `"${node.name}" uses ${text}, a field that is not described there.`
        : `"${node.name}" uses ${text}, which may be missing.`,
      doubt === 'absent' ? 'Choose one of its fields.' : 'Make it required, or give it a default.',
      { node: node.id, path },
    );
  }
  if (given) wrong(schemaMisfits(given, schema), text ? ` (${text})` : '');
}

function fieldsOf(mapping: Mapping): { name: string; value: Mapping }[] | null {
  if (mapping.kind === 'object') return mapping.fields;
  if (
    mapping.kind !== 'literal' ||
    typeof mapping.value !== 'object' ||
    mapping.value === null ||
    Array.isArray(mapping.value)
  )
    return null;
  return Object.entries(mapping.value).map(([name, value]) => ({ name, value: { kind: 'literal', value } }));
}

/** A field as its schema calls it. */
const quoted = (schema: JsonSchema, name: string): string => {
  const title = schema.properties?.[name]?.title;
  return title ? `"${title}" (${name})` : `"${name}"`;
};
