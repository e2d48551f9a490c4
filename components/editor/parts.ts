'use client';
/** What is closed when the editor opens, fetched later. */
import { later } from './later';

export const RunPanel = later(() => import('./panels/RunPanel').then((file) => file.RunPanel));
export const RunDialog = later(() => import('./panels/RunDialog').then((file) => file.RunDialog));
export const CodeView = later(() => import('./panels/CodeView').then((file) => file.CodeView));
export const VersionsDialog = later(() => import('./versions/VersionsDialog').then((file) => file.VersionsDialog));
export const ConflictDialog = later(() => import('./versions/ConflictDialog').then((file) => file.ConflictDialog));
export const TestDialog = later(() => import('./try/TestDialog').then((file) => file.TestDialog));
export const MockDialog = later(() => import('./try/MockDialog').then((file) => file.MockDialog));
export const PartDialog = later(() => import('./try/PartDialog').then((file) => file.PartDialog));
