export type { Broken, Edited } from './base';
export * from './containers';
export * from './duplicate';
export * from './edges';
export * from './fields';
export { itemOf } from './hand-in';
export { addNode, removeNodes, type Spot } from './nodes';
export * from './refer';
export { nameProblem, renameNode } from './rename';
