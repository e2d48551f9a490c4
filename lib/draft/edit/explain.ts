/** A workflow in plain words, read from its graph alone. */
import {
  childrenOf,
  edgeOf,
  expressionText,
  functionOf,
  languageOf,
  MISSING_FUNCTION,
  nodeOf,
  type Parent,
  payloadOf,
  scopeOf,
  type WorkflowNode,
} from '@/lib/graph';
import { followersOf, readable } from './difference';
import { findStep, type Scene } from './find';

type Told = Scene & { name: string };

/** The whole workflow, or the step that the question names. */
export function explain(scene: Told, question = ''): string {
  const words = question
    .replace(
      /^(?:please )?(?:explain|describe|what (?:does|do|is|are)|how (?:does|do)|why (?:is|does|do)|tell me (?:what|how|why|about))\s*/i,
      '',
    )
    .replace(/\b(?:do|does|doing|work|works|happens?|there|needed)\b|\?/gi, '')
    .trim();
  const whole = words === '' || /\b(?:workflow|whole|all|everything|it|this)\b/i.test(words);
  const step = whole && scene.selected.length !== 1 ? null : findStep(whole ? 'it' : words, scene);
  if (step) return explainStep(scene, step).join(' ');
  const { graph, input } = scene.document;
  if (graph.nodes.length === 0) return `“${scene.name}” has no step yet.`;
  const needs = Object.entries(input.properties ?? {}).map(([name, schema]) => schema.title ?? name);
  const count = graph.nodes.length;
  return [
    `“${scene.name}” has ${count} ${count === 1 ? 'step' : 'steps'}.`,
    needs.length > 0 ? `It needs: ${needs.join(', ')}.` : 'It needs no input.',
    ...linesOf(scene, null, ''),
  ].join('\n');
}

function linesOf(scene: Told, parent: Parent | null, indent: string): string[] {
  const { graph } = scene.document;
  const lines: string[] = [];
  const seen = new Set<string>();
  let number = 0;
  const walk = (id: string | undefined) => {
    const node = id ? nodeOf(graph, id) : undefined;
    if (!node || seen.has(node.id)) return;
    seen.add(node.id);
    lines.push(`${indent}${++number}. ${explainStep(scene, node).join(' ')}`);
    if (node.kind === 'map') lines.push(...linesOf(scene, { id: node.id, branch: 0 }, `${indent}   `));
    if (node.kind === 'parallel')
      for (const [branch] of node.branches.entries())
        lines.push(...linesOf(scene, { id: node.id, branch }, `${indent}   `));
    for (const edge of graph.edges.filter(({ from }) => from === node.id)) walk(edge.to);
  };
  walk(scopeOf(graph, parent)?.startAt ?? undefined);
  for (const node of childrenOf(graph, parent)) walk(node.id);
  return lines;
}

function explainStep(scene: Told, node: WorkflowNode): string[] {
  const { graph } = scene.document;
  const named = `“${node.name}”`;
  const next = followersOf(graph, node.id);
  const after =
    next.length > 0 && node.kind !== 'choice' ? [`Then ${next.map((name) => `“${name}”`).join(' or ')}.`] : [];
  switch (node.kind) {
    case 'task': {
      const manifest = scene.manifests.find(({ name }) => name === functionOf(node));
      const payload = payloadOf(node);
      const given =
        payload?.kind === 'object'
          ? payload.fields.map(({ name, value }) => `${name}: ${readable(value, node, graph)}`)
          : payload?.kind === 'literal' && payload.value && typeof payload.value === 'object'
            ? Object.entries(payload.value).map(
                ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
              )
            : [];
      const what =
        node.resource === MISSING_FUNCTION
          ? 'is missing: no function does it yet.'
          : manifest
            ? `${manifest.description.replace(/\.?$/, '.')}`
            : `calls ${functionOf(node) ?? node.resource}.`;
      return [
        manifest ? `${named}: ${what}` : `${named} ${what}`,
        ...(given.length > 0 ? [`Given ${given.join(', ')}.`] : []),
        ...after,
      ];
    }
    case 'choice': {
      const ways = node.rules.map(({ condition }, index) => {
        const to = nodeOf(graph, edgeOf(graph, node.id, 'rule', index)?.to ?? '')?.name ?? 'the end';
        const when =
          condition.language === 'JSONata'
            ? expressionText(condition.value, languageOf(graph, node)).replace(
                '$states.context.Execution.Input',
                'input',
              )
            : JSON.stringify(condition.value);
        return `if ${when}, goes to “${to}”`;
      });
      const other = nodeOf(graph, edgeOf(graph, node.id, 'default')?.to ?? '')?.name;
      return [`${named} chooses: ${ways.join('; ')}${other ? `; otherwise to “${other}”` : ''}.`];
    }
    case 'map':
      return [
        `${named} does what is inside for each of ${node.items ? readable(node.items, node, graph) : 'the items'}.`,
        ...after,
      ];
    case 'parallel':
      return [`${named} does its ${node.branches.length} branches at the same time.`, ...after];
    case 'wait':
      return [
        `${named} waits ${node.wait ? readable(node.wait.value, node, graph) : '?'}${node.wait?.for === 'seconds' ? ' seconds' : ''}.`,
        ...after,
      ];
    case 'pass':
      return [`${named} hands on ${node.output ? readable(node.output, node, graph) : 'what it gets'}.`, ...after];
    case 'succeed':
      return [`${named} ends the run.`];
    case 'fail':
      return [`${named} ends the run as failed.`];
  }
}
