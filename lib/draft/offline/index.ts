export type { DraftExample, ExampleFlow, ExampleStep } from './examples';
export { type PlanRequest, planOffline, planWithReasons } from './plan-offline';
