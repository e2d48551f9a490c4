/**
 * Lambda's operations on functions, without the wire: checked fields in, the fields of AWS's answer out.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { createAliases, versionOf } from './aliases';
import { configurationOf, isNew } from './answers';
import { functionArn, invalid, LambdaError, notFound } from './errors';
import { type FunctionRef, parseFunctionName } from './names';
import { type Body, checkedTags, type FetchObject, missing, page, readTags, zipFrom } from './requests';
import { readSettings } from './settings';
import type { Code, FunctionRecord, FunctionStore, Version } from './store';
import { BadZip } from './zip';

export type OperationTools = {
  store: FunctionStore;
  now(): number;
  /** ms that a new function stays Pending, and an update InProgress */
  pendingMs: number;
  /** where its package can be fetched for ten minutes */
  locationOf(name: string, version: Version): string;
  /** fetches a package from S3 */
  fetchObject: FetchObject;
  /** a version is no more, or is another than before */
  changed(name: string, before: Version | null): void;
};

export type Operations = ReturnType<typeof createOperations>;

export function createOperations(tools: OperationTools) {
  const { store } = tools;

  const recordOf = (ref: FunctionRef): FunctionRecord => {
    const record = store.get(ref.name);
    if (!record) throw notFound(ref.arn);
    return record;
  };
  const settling = (record: FunctionRecord): boolean => tools.now() < record.settlesAt;
  /** While an update is InProgress, calls still reach what was there before: as on AWS, so that who does not wait finds out. */
  const previous = new Map<string, Version>();
  const replaced = (record: FunctionRecord, before: Version) => {
    const done = () => {
      if (previous.get(record.name) === before) previous.delete(record.name);
      tools.changed(record.name, before);
    };
    if (tools.pendingMs === 0) return done();
    previous.set(record.name, before);
    setTimeout(done, tools.pendingMs).unref();
  };
  const mayChange = (record: FunctionRecord, body: Body) => {
    if (settling(record)) {
      throw new LambdaError(
        'ResourceConflictException',
        `The operation cannot be performed at this time. ${isNew(record) ? 'The function is currently in the following state: Pending' : `An update is in progress for resource: ${functionArn(record.name)}`}`,
      );
    }
    if (body.RevisionId !== undefined && body.RevisionId !== record.latest.revisionId) {
      throw new LambdaError(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      );
    }
  };

  const answerFor = (record: FunctionRecord, version: Version, qualified: boolean | string) =>
    configurationOf(record, version, qualified, settling(record));

  const addCode = async (source: Body) => {
    try {
      return await store.addCode(await zipFrom(source, tools.fetchObject));
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      if (error.message.startsWith('Unzipped size')) throw invalid(error.message);
      throw invalid(
        `Could not unzip uploaded file. Please check your file, then try to upload again. (What is wrong: ${error.message}.)`,
      );
    }
  };
  const publishInto = (record: FunctionRecord, description: unknown): Version => {
    const last = record.published.at(-1);
    const { latest } = record;
    // AWS makes no new version when neither code nor configuration changed.
    if (
      last &&
      last.code.hash === latest.code.hash &&
      JSON.stringify(last.settings) === JSON.stringify(latest.settings)
    )
      return last;
    const made: Version = {
      ...latest,
      version: String(record.nextVersion),
      description: typeof description === 'string' && description !== '' ? description : latest.description,
      revisionId: randomUUID(),
    };
    record.nextVersion += 1;
    record.published.push(made);
    return made;
  };
  const copyOf = (record: FunctionRecord): FunctionRecord => structuredClone(record);

  return {
    recordOf,
    versionOf: (record: FunctionRecord, ref: FunctionRef) => versionOf(record, ref),
    aliases: createAliases(store, recordOf),
    /** it was created a moment ago and cannot be called yet */
    pending: (record: FunctionRecord): boolean => settling(record) && isNew(record),
    /** what a call runs now */
    runnable: (record: FunctionRecord, version: Version): Version =>
      (version === record.latest && settling(record) && previous.get(record.name)) || version,
    /** code that calls may still reach, though no record speaks of it */
    lingering: () => [...previous.values()].map(({ code }) => code.hash),

    async create(body: Body) {
      if (typeof body.FunctionName !== 'string') throw missing('functionName');
      const ref = parseFunctionName(body.FunctionName);
      const settings = readSettings(body);
      const tags = readTags(body.Tags);
      if (typeof body.Code !== 'object' || body.Code === null) throw missing('code');
      const exists = () => new LambdaError('ResourceConflictException', `Function already exist: ${ref.name}`);
      if (store.get(ref.name)) throw exists();
      const { code, release } = await addCode(body.Code as Body);
      try {
        if (store.get(ref.name)) throw exists();
        const now = tools.now();
        const record: FunctionRecord = {
          name: ref.name,
          latest: newVersion(settings, code, body, now),
          published: [],
          nextVersion: 1,
          tags,
          createdAt: now,
          settlesAt: now + tools.pendingMs,
        };
        const shown = body.Publish === true ? publishInto(record, undefined) : record.latest;
        store.put(record);
        return answerFor(record, shown, body.Publish === true);
      } finally {
        release();
      }
    },

    get(ref: FunctionRef) {
      const record = recordOf(ref);
      const version = versionOf(record, ref, () => 1);
      return {
        Configuration: answerFor(record, version, ref.qualifier ?? false),
        Code: { RepositoryType: 'S3', Location: tools.locationOf(record.name, version) },
        ...(Object.keys(record.tags).length > 0 ? { Tags: record.tags } : {}),
      };
    },

    getConfiguration(ref: FunctionRef) {
      const record = recordOf(ref);
      return answerFor(
        record,
        versionOf(record, ref, () => 1),
        ref.qualifier ?? false,
      );
    },

    list(query: URLSearchParams) {
      const all = store
        .all()
        .flatMap((record) =>
          query.get('FunctionVersion') === 'ALL'
            ? [record.latest, ...record.published].map((version) => answerFor(record, version, true))
            : [answerFor(record, record.latest, false)],
        );
      const { items, next } = page(all, query, 50);
      return { Functions: items, NextMarker: next };
    },

    async updateCode(ref: FunctionRef, body: Body) {
      const before = recordOf(ref);
      mayChange(before, body);
      const { code, release } = await addCode(body);
      try {
        const now = tools.now();
        const current = recordOf(ref);
        mayChange(current, body);
        const record = copyOf(current);
        record.latest = {
          ...record.latest,
          code,
          architectures: Array.isArray(body.Architectures)
            ? (body.Architectures as string[])
            : record.latest.architectures,
          revisionId: randomUUID(),
          modifiedAt: now,
        };
        const shown = body.Publish === true ? publishInto(record, undefined) : record.latest;
        if (body.DryRun === true) return answerFor(record, shown, body.Publish === true);
        record.settlesAt = now + tools.pendingMs;
        store.put(record);
        replaced(record, current.latest);
        return answerFor(record, shown, body.Publish === true);
      } finally {
        release();
      }
    },

    updateConfiguration(ref: FunctionRef, body: Body) {
      const before = recordOf(ref);
      mayChange(before, body);
      const record = copyOf(before);
      const settings = readSettings(body, before.latest.settings);
      const now = tools.now();
      record.latest = {
        ...record.latest,
        settings,
        description: settings.Description,
        revisionId: randomUUID(),
        modifiedAt: now,
      };
      record.settlesAt = now + tools.pendingMs;
      store.put(record);
      replaced(record, before.latest);
      return answerFor(record, record.latest, false);
    },

    delete(ref: FunctionRef): void {
      const record = recordOf(ref);
      if (ref.qualifier === '$LATEST')
        throw invalid('$LATEST version cannot be deleted without deleting the function.');
      if (!ref.qualifier) {
        store.remove(record.name);
        tools.changed(record.name, null);
        return;
      }
      const version = record.published.find((one) => one.version === ref.qualifier);
      if (!version) return; // AWS answers 204 for a version that is not there
      const named = record.aliases?.find(
        (alias) => version.version === alias.version || version.version in alias.weights,
      );
      if (named)
        throw new LambdaError(
          'ResourceConflictException',
          `Version ${version.version} is what the alias ${named.name} points to. Let it point elsewhere, or delete it first.`,
        );
      store.put({ ...record, published: record.published.filter((one) => one !== version) });
      tools.changed(record.name, version);
    },

    publish(ref: FunctionRef, body: Body) {
      const before = recordOf(ref);
      mayChange(before, body);
      if (body.CodeSha256 !== undefined && body.CodeSha256 !== before.latest.code.sha256) {
        throw invalid(
          `CodeSHA256 (${String(body.CodeSha256)}) is different from current CodeSHA256 in $LATEST (${before.latest.code.sha256}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      const record = copyOf(before);
      const version = publishInto(record, body.Description);
      store.put(record);
      return answerFor(record, version, true);
    },

    listVersions(ref: FunctionRef, query: URLSearchParams) {
      const record = recordOf(ref);
      const all = [record.latest, ...record.published].map((version) => answerFor(record, version, true));
      const { items, next } = page(all, query, 50);
      return { Versions: items, NextMarker: next };
    },

    tags: (ref: FunctionRef) => ({ Tags: recordOf(ref).tags }),
    tag(ref: FunctionRef, body: Body): void {
      const record = recordOf(ref);
      store.put({ ...record, tags: checkedTags({ ...record.tags, ...readTags(body.Tags) }) });
    },
    untag(ref: FunctionRef, keys: string[]): void {
      const record = recordOf(ref);
      store.put({
        ...record,
        tags: Object.fromEntries(Object.entries(record.tags).filter(([key]) => !keys.includes(key))),
      });
    },
  };
}

const newVersion = (settings: Version['settings'], code: Code, body: Body, now: number): Version => ({
  version: '$LATEST',
  settings,
  code,
  architectures: Array.isArray(body.Architectures) ? (body.Architectures as string[]) : ['x86_64'],
  description: settings.Description,
  revisionId: randomUUID(),
  modifiedAt: now,
});
