'use server';
import { z } from 'zod';
import type { Result } from '@/lib/base/problem';
import {
  CreateUpload,
  createUpload,
  deleteFiles,
  FileKeys,
  FilesQuery,
  filesPage,
  fileUrl,
  previewFile,
} from '@/lib/usecases/files';
import type { FilePreview, FilesPage, UploadTicket } from '@/lib/usecases/types';
import { answer } from './answer';

export async function createUploadAction(form: {
  name: string;
  mediaType: string;
  bytes: number;
}): Promise<Result<UploadTicket>> {
  return answer(CreateUpload, form, createUpload);
}

export async function filesPageAction(form: {
  query: string;
  kind: FilesPage['kinds'][number]['kind'] | 'all';
  after: string | null;
}): Promise<Result<FilesPage>> {
  return answer(FilesQuery, form, filesPage);
}

export async function deleteFilesAction(keys: string[]): Promise<Result<void>> {
  return answer(FileKeys, keys, deleteFiles);
}

export async function previewFileAction(uri: string): Promise<Result<FilePreview>> {
  return answer(z.string().min(1).max(2000), uri, previewFile);
}

export async function fileUrlAction(
  uri: string,
  download = false,
): Promise<Result<{ url: string; mediaType: string; name: string; bytes: number }>> {
  return answer(z.string().min(1).max(2000), uri, (deps, address) => fileUrl(deps, address, download === true));
}
