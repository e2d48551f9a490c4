'use server';
import type { Json } from '@/lib/base/json';
import type { Result } from '@/lib/base/problem';
import type { FunctionManifest } from '@/lib/functions/manifest';
import type { WorkflowDocument } from '@/lib/graph/schema';
import {
  AddZip,
  addZip,
  functionVersions,
  ImportOpenApi,
  importOpenApi,
  RestoreVersion,
  removeFunction,
  restoreVersion,
  SaveSource,
  saveSource,
} from '@/lib/usecases/import-functions';
import { getFunction, listFunctions } from '@/lib/usecases/read';
import { MakeStub, makeStub } from '@/lib/usecases/stubs';
import { TryFunction, tryFunction } from '@/lib/usecases/try-function';
import type { FunctionDetail, FunctionsAdded, FunctionTry, FunctionVersionView, JobView } from '@/lib/usecases/types';
import { KeepWritten, keepWritten, StartWriting, startWriting, TryWritten, tryWritten } from '@/lib/usecases/written';
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

/** The same, written by the model: a job that ends with something to review. */
export async function startWritingAction(form: { document: WorkflowDocument; node: string }): Promise<Result<JobView>> {
  return answer(StartWriting, form, startWriting);
}

/** Calls what is under review with this input. */
export async function tryWrittenAction(form: {
  name: string;
  files: { file: string; content: string }[];
  input: Json;
}): Promise<Result<FunctionTry & { unfit: string | null }>> {
  return answer(TryWritten, form, tryWritten);
}

export async function keepWrittenAction(form: {
  name: string;
  files: { file: string; content: string }[];
  by: string | null;
}): Promise<Result<FunctionManifest>> {
  return answer(KeepWritten, form, keepWritten);
}

/** The model that writes functions here, by its name. */
export async function writerAction(): Promise<Result<string | null>> {
  return answer(Nothing, undefined, (deps) => deps.model?.model ?? null);
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

export async function functionVersionsAction(name: string): Promise<Result<FunctionVersionView[]>> {
  return answer(Id, name, functionVersions);
}

export async function restoreVersionAction(form: { name: string; at: number }): Promise<Result<void>> {
  return answer(RestoreVersion, form, restoreVersion);
}
