/**
 * Versions (numbered, never changed) and aliases (named routes to one or two of them).
 * @module
 */
import { z } from 'zod';
import type { AliasRow, MachineRow, VersionRow } from '@/lib/local-cloud/log';
import { parseMachineArn } from '../arns';
import { conflict, invalidName, machineGone, resourceGone, validation } from '../errors';
import { Arn, checked, Description, MaxResults, NextToken } from '../requests';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';

const Routes = z
  .array(z.object({ stateMachineVersionArn: Arn, weight: z.number().int().min(0).max(100) }))
  .min(1)
  .max(2);
type Routes = z.infer<typeof Routes>;

const ListOf = z.object({ stateMachineArn: Arn, maxResults: MaxResults, nextToken: NextToken });
const Publish = z.object({
  stateMachineArn: Arn,
  revisionId: z.string().nullish(),
  description: Description.nullish(),
});
const CreateAlias = z.object({
  name: z.string().min(1).max(80),
  description: Description.nullish(),
  routingConfiguration: Routes,
});
const UpdateAlias = z.object({
  stateMachineAliasArn: Arn,
  description: Description.nullish(),
  routingConfiguration: Routes.nullish(),
});
const AliasArn = z.object({ stateMachineAliasArn: Arn });

type Machines = Api['log']['machines'];

/** The version of the machine's present revision: the one that there is, or a new one. Inside a transaction. */
export function publish(machines: Machines, machine: MachineRow, description: string | null, at: number): VersionRow {
  const latest = machines.versions(machine.id, Number.MAX_SAFE_INTEGER, 1)[0];
  if (latest && latest.revision === machine.revision) return latest;
  const { definition, role, revision, settings } = machine;
  const row = {
    machine: machine.id,
    number: machine.versions + 1,
    definition,
    role,
    revision,
    settings,
    description,
    createdAt: at,
  };
  machines.addVersion(row);
  return row;
}

export function versionOperations({ log, pages, now }: Api): Record<string, Operation> {
  const { machines } = log;
  const machineOf = (arn: string): MachineRow => {
    const named = parseMachineArn(arn);
    const machine =
      named.version === undefined && named.alias === undefined ? machines.machine(named.machine) : undefined;
    if (!machine) throw machineGone(arn);
    return machine;
  };
  return {
    PublishStateMachineVersion(request) {
      const asked = checked(Publish, request);
      return log.transact(() => {
        const machine = machineOf(asked.stateMachineArn);
        const current = machine.revision ?? 'INITIAL';
        if (asked.revisionId && asked.revisionId !== current) {
          throw conflict(
            `Failed to publish the State Machine version for revision ${asked.revisionId}. The current State Machine revision is ${current}.`,
          );
        }
        const version = publish(machines, machine, asked.description ?? null, now());
        return { stateMachineVersionArn: `${machine.arn}:${version.number}`, creationDate: seconds(version.createdAt) };
      });
    },

    ListStateMachineVersions(request) {
      const asked = checked(ListOf, request);
      const machine = machineOf(asked.stateMachineArn);
      const scope = `versions ${machine.arn}`;
      const size = pages.size(asked.maxResults);
      const before = Number(pages.position(scope, asked.nextToken) ?? Number.MAX_SAFE_INTEGER);
      const rows = machines.versions(machine.id, before, size + 1);
      const page = rows.slice(0, size);
      return {
        stateMachineVersions: page.map((row) => ({
          stateMachineVersionArn: `${machine.arn}:${row.number}`,
          creationDate: seconds(row.createdAt),
        })),
        ...(rows.length > size && { nextToken: pages.next(scope, page.at(-1)!.number) }),
      };
    },

    DeleteStateMachineVersion(request) {
      const { stateMachineVersionArn: arn } = checked(z.object({ stateMachineVersionArn: Arn }), request);
      const named = parseMachineArn(arn);
      if (named.version === undefined) throw validation(`A state machine version ARN is expected: ${arn}`);
      log.transact(() => {
        const machine = machines.machine(named.machine);
        if (!machine) return;
        const users = everyAlias(machines, machine.id).filter(({ routes }) =>
          (JSON.parse(routes) as Routes).some((route) => route.stateMachineVersionArn === arn),
        );
        if (users.length > 0) {
          throw conflict(
            `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(', ')}]`,
          );
        }
        machines.dropVersion(machine.id, named.version!);
      });
      return {};
    },

    CreateStateMachineAlias(request) {
      const asked = checked(CreateAlias, request);
      if (!/^(?=.*[A-Za-z_.-])[A-Za-z0-9_.-]+$/.test(asked.name)) throw invalidName(asked.name);
      return log.transact(() => {
        const machine = checkRoutes(machines, asked.routingConfiguration);
        const routes = JSON.stringify(asked.routingConfiguration);
        const arn = `${machine.arn}:${asked.name}`;
        const there = machines.alias(machine.id, asked.name);
        if (there) {
          const same = there.routes === routes && there.description === (asked.description ?? null);
          if (!same)
            throw conflict(
              `Failed to create alias because an alias with the same name and a different routing configuration already exists.`,
            );
          return { stateMachineAliasArn: arn, creationDate: seconds(there.createdAt) };
        }
        const at = now();
        const row = { machine: machine.id, name: asked.name, description: asked.description ?? null, routes };
        machines.putAlias({ ...row, createdAt: at, updatedAt: at });
        return { stateMachineAliasArn: arn, creationDate: seconds(at) };
      });
    },

    UpdateStateMachineAlias(request) {
      const asked = checked(UpdateAlias, request);
      return log.transact(() => {
        const { machine, alias } = findAlias(machines, asked.stateMachineAliasArn);
        if (asked.routingConfiguration && checkRoutes(machines, asked.routingConfiguration).id !== machine.id) {
          throw validation(
            'Routing configuration must contain versions of the state machine that the alias belongs to.',
          );
        }
        if (!asked.routingConfiguration && (asked.description === undefined || asked.description === null)) {
          throw validation('Either the description or the routing configuration must be specified.');
        }
        const at = now();
        const routes = asked.routingConfiguration ? JSON.stringify(asked.routingConfiguration) : alias.routes;
        machines.putAlias({ ...alias, routes, description: asked.description ?? alias.description, updatedAt: at });
        return { updateDate: seconds(at) };
      });
    },

    DescribeStateMachineAlias(request) {
      const { stateMachineAliasArn } = checked(AliasArn, request);
      const { alias } = findAlias(machines, stateMachineAliasArn);
      return {
        stateMachineAliasArn,
        name: alias.name,
        ...(alias.description !== null && { description: alias.description }),
        routingConfiguration: JSON.parse(alias.routes) as Routes,
        creationDate: seconds(alias.createdAt),
        updateDate: seconds(alias.updatedAt),
      };
    },

    DeleteStateMachineAlias(request) {
      const { stateMachineAliasArn } = checked(AliasArn, request);
      log.transact(() => {
        const { machine, alias } = findAlias(machines, stateMachineAliasArn);
        machines.dropAlias(machine.id, alias.name);
      });
      return {};
    },

    ListStateMachineAliases(request) {
      const asked = checked(ListOf, request);
      const named = parseMachineArn(asked.stateMachineArn);
      const machine = machines.machine(named.machine);
      if (!machine) throw machineGone(asked.stateMachineArn);
      const scope = `aliases ${asked.stateMachineArn}`;
      const size = pages.size(asked.maxResults);
      const after = pages.position(scope, asked.nextToken) ?? '';
      const all = everyAlias(machines, machine.id).filter(
        ({ name, routes }) =>
          name > after && (named.version === undefined || routes.includes(`${asked.stateMachineArn}"`)),
      );
      const page = all.slice(0, size);
      return {
        stateMachineAliases: page.map(({ name, createdAt }) => ({
          stateMachineAliasArn: `${machine.arn}:${name}`,
          creationDate: seconds(createdAt),
        })),
        ...(all.length > size && { nextToken: pages.next(scope, page.at(-1)!.name) }),
      };
    },
  };
}

const everyAlias = (machines: Machines, machine: number): AliasRow[] =>
  machines.aliases(machine, '', Number.MAX_SAFE_INTEGER);

/** @throws AwsError InvalidArn, ResourceNotFound */
export function findAlias(machines: Machines, arn: string): { machine: MachineRow; alias: AliasRow } {
  const named = parseMachineArn(arn);
  const machine = machines.machine(named.machine);
  const alias = machine && named.alias !== undefined ? machines.alias(machine.id, named.alias) : undefined;
  if (!machine || !alias) throw resourceGone();
  return { machine, alias };
}

/** The version that one start through the alias takes: by weight. @param chance 0 ≤ n < 1 */
export function route(alias: AliasRow, chance: number): string {
  const routes = JSON.parse(alias.routes) as Routes;
  const first = routes[0]!;
  return chance * 100 < first.weight ? first.stateMachineVersionArn : (routes[1] ?? first).stateMachineVersionArn;
}

/** @returns the machine that all versions belong to. @throws AwsError ValidationException, ResourceNotFound */
function checkRoutes(machines: Machines, routes: Routes): MachineRow {
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  const named = arns.map((arn) => parseMachineArn(arn));
  if (named.some(({ version }) => version === undefined)) {
    throw validation(`Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`);
  }
  if (new Set(named.map(({ machine }) => machine)).size > 1)
    throw validation('Routing configuration must contain versions of one state machine.');
  if (new Set(arns).size < arns.length)
    throw validation('Routing configuration must not contain the same version twice.');
  if (routes.reduce((sum, { weight }) => sum + weight, 0) !== 100)
    throw validation('Sum of routing configuration weights must equal 100.');
  const machine = machines.machine(named[0]!.machine);
  if (!machine || named.some(({ version }) => !machines.version(machine.id, version!))) throw resourceGone();
  return machine;
}
