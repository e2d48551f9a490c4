/** The explanation of a draft as lines for a terminal. */
import type { ArgumentOrigin, DraftExplanation } from '@/lib/draft/plan';

const FROM: Record<ArgumentOrigin, string> = {
  prompt: 'from the words',
  step: 'from a step',
  input: 'asked when it runs',
  item: 'from the loop',
  default: 'its default',
  planner: 'chosen by the planner',
};

export function linesOf({ steps, questions, unplaced }: DraftExplanation, notes: readonly string[]): string[] {
  return [
    ...steps.flatMap((step, i) => [
      `${i + 1}. ${step.title}${step.asked.length > 0 ? `: “${step.asked.map(({ text }) => text).join(' … ')}”` : ''}`,
      `     ${step.why}`,
      ...step.arguments.map(
        ({ name, value, origin, said }) => `     ${name} = ${value} (${FROM[origin]}${said ? ` “${said}”` : ''})`,
      ),
      ...(step.others.length > 0 ? [`     or: ${step.others.map(({ name }) => name).join(', ')}`] : []),
    ]),
    ...questions.map(
      ({ text, options }) =>
        `unsure: ${text} Taken: ${options[0]!.title}; it could be ${options
          .slice(1)
          .map(({ title }) => title)
          .join(' or ')}.`,
    ),
    ...notes.map((note) => `note: ${note}`),
    ...(unplaced.length > 0 ? [`led to nothing: ${unplaced.map(({ text }) => `“${text}”`).join(', ')}`] : []),
  ];
}
