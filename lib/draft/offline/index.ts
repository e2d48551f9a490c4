export { type PlanRequest, planOffline } from './plan-offline';
