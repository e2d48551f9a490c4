export type { Broken, Edited } from './base';
export * from './edges';
export * from './fields';
export * from './nodes';
export * from './refer';
