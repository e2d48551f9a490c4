'use server';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import { getFunction, listFunctions } from '@/lib/usecases/read';
import { TryFunction, tryFunction } from '@/lib/usecases/try-function';
import type { FunctionDetail, FunctionTry } from '@/lib/usecases/types';
import { answer, Id, Nothing } from './answer';

export async function listFunctionsAction(): Promise<Result<FunctionManifest[]>> {
  return answer(Nothing, undefined, (deps) => listFunctions(deps));
}

export async function getFunctionAction(name: string): Promise<Result<FunctionDetail>> {
  return answer(Id, name, getFunction);
}

export async function tryFunctionAction(form: { name: string; input: Json }): Promise<Result<FunctionTry>> {
  return answer(TryFunction, form, tryFunction);
}
