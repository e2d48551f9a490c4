/** The engine as the service uses it. */
export { mapRunSettings } from '@/lib/engine/map-run-again';
export { pending, step } from '@/lib/engine/step';
