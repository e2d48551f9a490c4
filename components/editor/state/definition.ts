/** The definition's text of a graph. */
import { compile, definitionText } from '@/lib/compile';
import type { Workflow } from '@/lib/graph';

export const textOf = (graph: Workflow): string => definitionText(compile(graph).definition);
