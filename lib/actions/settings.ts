'use server';
import type { Result } from '@/lib/base/problem';
import type { SettingsView } from '@/lib/usecases/types';
import { answer, Nothing } from './answer';

export async function getSettingsAction(): Promise<Result<SettingsView>> {
  return answer(Nothing, undefined, (deps) => deps.settings());
}

export async function testModelAction(): Promise<Result<{ ok: boolean; detail: string }>> {
  return answer(Nothing, undefined, (deps) => deps.testModel());
}

export async function testCloudAction(): Promise<Result<{ ok: boolean; detail: string }>> {
  return answer(Nothing, undefined, async (deps) => {
    const { cloud, target } = await deps.settings();
    return {
      ok: cloud.ready,
      detail:
        cloud.problem ??
        (target === 'local' ? `The local cloud at ${cloud.endpoint} answers.` : `AWS in ${cloud.region} answers.`),
    };
  });
}
