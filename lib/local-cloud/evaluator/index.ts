/** JSONata evaluation in processes that can be killed; begin with `evaluator.ts`. */
export { createEvaluator, type Evaluator, type EvaluatorOptions } from './evaluator';
