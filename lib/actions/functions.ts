'use server';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph/schema';
import {
  AddZip,
  addZip,
  ImportOpenApi,
  importOpenApi,
  removeFunction,
  SaveSource,
  saveSource,
} from '@/lib/usecases/import-functions';
import { getFunction, listFunctions } from '@/lib/usecases/read';
import { MakeStub, makeStub } from '@/lib/usecases/stubs';
import { TryFunction, tryFunction } from '@/lib/usecases/try-function';
import type { FunctionDetail, FunctionsAdded, FunctionTry } from '@/lib/usecases/types';
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

/** A function to be filled in, for a step that no function does. */
export async function makeStubAction(form: {
  document: WorkflowDocument;
  node: string;
}): Promise<Result<FunctionManifest>> {
  return answer(MakeStub, form, makeStub);
}

export async function importOpenApiAction(form: {
  text: string;
  server?: string;
  replace?: boolean;
}): Promise<Result<FunctionsAdded>> {
  return answer(ImportOpenApi, form, importOpenApi);
}

/** @param form.zip base64 */
export async function addZipAction(form: { zip: string; replace?: boolean }): Promise<Result<FunctionsAdded>> {
  return answer(AddZip, form, addZip);
}

export async function saveSourceAction(form: { name: string; file: string; text: string }): Promise<Result<void>> {
  return answer(SaveSource, form, saveSource);
}

export async function removeFunctionAction(name: string): Promise<Result<void>> {
  return answer(Id, name, removeFunction);
}
