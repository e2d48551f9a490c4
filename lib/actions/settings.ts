'use server';
import type { Result } from '@/lib/base/problem';
import { AwsSetupForm, awsAccess, checkAws } from '@/lib/usecases/aws-access';
import { ChooseModel, chooseModel } from '@/lib/usecases/choose-model';
import { Erase, erase, getErasable } from '@/lib/usecases/erase';
import { listSecrets, SetSecret, setSecret } from '@/lib/usecases/secrets';
import type { AccessAnswer, AwsAccessView, ErasableView, SecretView, SettingsView } from '@/lib/usecases/types';
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

export async function listSecretsAction(): Promise<Result<SecretView[]>> {
  return answer(Nothing, undefined, listSecrets);
}

export async function setSecretAction(form: { name: string; value: string | null }): Promise<Result<SecretView[]>> {
  return answer(SetSecret, form, setSecret);
}

export async function chooseModelAction(form: {
  provider: 'environment' | SettingsView['model']['provider'];
  model: string;
  baseUrl: string;
  apiKey: string | null;
}): Promise<Result<SettingsView>> {
  return answer(ChooseModel, form, chooseModel);
}

export async function awsAccessAction(
  form: Record<keyof AwsAccessView['setup'], string>,
): Promise<Result<AwsAccessView>> {
  return answer(AwsSetupForm, form, awsAccess);
}

export async function checkAwsAction(
  form: Record<keyof AwsAccessView['setup'], string>,
): Promise<Result<AccessAnswer[]>> {
  return answer(AwsSetupForm, form, checkAws);
}

export async function getErasableAction(): Promise<Result<ErasableView>> {
  return answer(Nothing, undefined, getErasable);
}

export async function eraseAction(form: { what: 'runs' | 'everything'; typed: string }): Promise<Result<void>> {
  return answer(Erase, form, erase);
}
