/** The engine as the service uses it. */
export { pending, step } from '@/lib/engine/step';
