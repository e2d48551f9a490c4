/**
 * Aliases: names for versions, which calls may bear instead of a number. An alias may send a part of its calls to a
 * second version.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { functionArn, invalid, LambdaError, notFound } from './errors';
import type { FunctionRef } from './names';
import { type Body, missing, page } from './requests';
import type { FunctionRecord, FunctionStore, Version } from './store';

export type Alias = {
  name: string;
  version: string;
  description: string;
  /** version ─▶ the part of the calls that goes there, 0 to 1; one at most */
  weights: Record<string, number>;
  revisionId: string;
};

/** @throws LambdaError ResourceNotFoundException @returns the version that one call goes to */
export function versionOf(record: FunctionRecord, ref: FunctionRef, random = Math.random): Version {
  const { qualifier } = ref;
  if (!qualifier || qualifier === '$LATEST') return record.latest;
  const alias = record.aliases?.find(({ name }) => name === qualifier);
  const asked = alias ? route(alias, random()) : qualifier;
  const found = asked === '$LATEST' ? record.latest : record.published.find(({ version }) => version === asked);
  if (!found) throw notFound(ref.arn);
  return found;
}

/** @param n 0 ≤ n < 1 */
function route({ version, weights }: Alias, n: number): string {
  const [other] = Object.entries(weights);
  return other && n < other[1] ? other[0] : version;
}

export function createAliases(store: FunctionStore, recordOf: (ref: FunctionRef) => FunctionRecord) {
  const answer = (record: FunctionRecord, { name, version, description, weights, revisionId }: Alias) => ({
    AliasArn: functionArn(record.name, name),
    Name: name,
    FunctionVersion: version,
    Description: description,
    ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
    RevisionId: revisionId,
  });
  const find = (record: FunctionRecord, name: string): Alias => {
    const found = record.aliases?.find((alias) => alias.name === name);
    if (!found)
      throw new LambdaError('ResourceNotFoundException', `Cannot find alias arn: ${functionArn(record.name, name)}`);
    return found;
  };
  const keep = (record: FunctionRecord, aliases: Alias[]) => store.put({ ...record, aliases });
  const others = (record: FunctionRecord, name: string) => (record.aliases ?? []).filter((one) => one.name !== name);

  return {
    create(ref: FunctionRef, body: Body) {
      const record = recordOf(ref);
      const name = body.Name;
      if (typeof name !== 'string') throw missing('name');
      if (!/^(?![0-9]+$)[a-zA-Z0-9-_]{1,128}$/.test(name))
        throw invalid(
          `1 validation error detected: Value '${name.slice(0, 128)}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)`,
        );
      if (body.FunctionVersion === undefined) throw missing('functionVersion');
      if (record.aliases?.some((alias) => alias.name === name))
        throw new LambdaError('ResourceConflictException', `Alias already exists: ${functionArn(record.name, name)}`);
      const alias = read(record, body, { name, version: '', description: '', weights: {}, revisionId: '' });
      keep(record, [...(record.aliases ?? []), alias]);
      return answer(record, alias);
    },
    get(ref: FunctionRef, name: string) {
      const record = recordOf(ref);
      return answer(record, find(record, name));
    },
    update(ref: FunctionRef, name: string, body: Body) {
      const record = recordOf(ref);
      const before = find(record, name);
      if (body.RevisionId !== undefined && body.RevisionId !== before.revisionId) {
        throw new LambdaError(
          'PreconditionFailedException',
          'The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId',
        );
      }
      const alias = read(record, body, before);
      keep(record, [...others(record, name), alias]);
      return answer(record, alias);
    },
    /** One that is not there is no error, as on AWS. */
    delete(ref: FunctionRef, name: string): void {
      const record = recordOf(ref);
      keep(record, others(record, name));
    },
    list(ref: FunctionRef, query: URLSearchParams) {
      const record = recordOf(ref);
      const version = query.get('FunctionVersion');
      const all = (record.aliases ?? [])
        .filter((alias) => version === null || alias.version === version)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((alias) => answer(record, alias));
      const { items, next } = page(all, query, 50);
      return { Aliases: items, NextMarker: next };
    },
  };
}

/** What the request says, over what was. @throws LambdaError */
function read(record: FunctionRecord, body: Body, before: Alias): Alias {
  const version = body.FunctionVersion ?? before.version;
  const description = body.Description ?? before.description;
  if (typeof description !== 'string' || description.length > 256)
    throw invalid(`The description of an alias must be text of at most 256 characters.`);
  const weights = weightsIn(body.RoutingConfig) ?? before.weights;
  for (const one of [version, ...Object.keys(weights)]) {
    const there = one === '$LATEST' || record.published.some((published) => published.version === one);
    if (typeof one !== 'string' || !there) throw notFound(functionArn(record.name, String(one)));
  }
  if (Object.keys(weights).length > 0 && (version === '$LATEST' || '$LATEST' in weights))
    throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
  if (Object.hasOwn(weights, String(version)))
    throw invalid('Invalid function version in the routing configuration: it is the one that the alias points to.');
  return { name: before.name, version: String(version), description, weights, revisionId: randomUUID() };
}

/** undefined where nothing is said of them */
function weightsIn(routing: unknown): Record<string, number> | undefined {
  if (routing === undefined || routing === null) return undefined;
  const given = (routing as Body).AdditionalVersionWeights ?? {};
  const entries = typeof given === 'object' && !Array.isArray(given) ? Object.entries(given as Body) : null;
  const isPart = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
  if (!entries || entries.length > 1 || !entries.every(([, value]) => isPart(value)))
    throw invalid('AdditionalVersionWeights takes one version at most, with a weight from 0.0 to 1.0.');
  return Object.fromEntries(entries) as Record<string, number>;
}
