export type { DraftExample, ExampleFlow, ExampleStep } from './examples';
export { type Compare, type Likeness, MOST_COMPARED, namedText } from './likeness';
export { type PlanRequest, planOffline, planWithReasons, textsToCompare } from './plan-offline';
