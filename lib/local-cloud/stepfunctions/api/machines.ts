/**
 * State machines: create, update, describe, delete, list, validate.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Machine } from '@/lib/engine/types';
import type { MachineRow, VersionRow } from '@/lib/local-cloud/log';
import { checkName, machineArn, parseMachineArn } from '../arns';
import { checkDefinition, definitionProblems } from '../definition';
import { AwsError, invalidArn, machineExists, machineGone, validation } from '../errors';
import { Arn, checked, IncludedData, MaxResults, Name, NextToken, Tags, Text, Type } from '../requests';
import { variableReferences } from '../variables';
import { type Operation, seconds } from '../wire';
import type { Api } from './context';
import { Encryption, encryptionOf, OWNED_KEY } from './encryption';
import { checkTags } from './tags';
import { publish } from './versions';

const Logging = z.object({
  level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).default('OFF'),
  includeExecutionData: z.boolean().default(false),
  destinations: z
    .array(z.object({ cloudWatchLogsLogGroup: z.object({ logGroupArn: z.string().max(256).optional() }).optional() }))
    .optional(),
});
const Tracing = z.object({ enabled: z.boolean().default(false) });
export type Settings = {
  logging: z.infer<typeof Logging>;
  tracing: z.infer<typeof Tracing>;
  encryption: Encryption;
};

const configuration = {
  loggingConfiguration: Logging.nullish(),
  tracingConfiguration: Tracing.nullish(),
  encryptionConfiguration: Encryption.nullish(),
  publish: z.boolean().nullish(),
  versionDescription: z.string().max(256).nullish(),
};
const CreateStateMachine = z.object({
  name: Name,
  definition: Text.min(1),
  roleArn: Arn,
  type: Type.nullish(),
  tags: Tags.nullish(),
  ...configuration,
});
const UpdateStateMachine = z.object({
  stateMachineArn: Arn,
  definition: Text.min(1).nullish(),
  roleArn: Arn.nullish(),
  ...configuration,
});
const ByArn = z.object({ stateMachineArn: Arn });
const Describe = ByArn.extend({ includedData: IncludedData });
const ListStateMachines = z.object({ maxResults: MaxResults, nextToken: NextToken });
const Validate = z.object({
  definition: Text.min(1),
  type: Type.nullish(),
  severity: z.enum(['ERROR', 'WARNING']).nullish(),
  maxResults: z.number().int().min(0).max(100).nullish(),
});

export function machineOperations({ log, pages, now }: Api): Record<string, Operation> {
  const { machines } = log;
  return {
    CreateStateMachine(request) {
      const asked = checked(CreateStateMachine, request);
      checkName(asked.name);
      checkRole(asked.roleArn);
      checkVersionDescription(asked);
      const type = asked.type ?? 'STANDARD';
      const settings = JSON.stringify(settingsOf(asked));
      const first = JSON.stringify([asked.publish ?? false, asked.versionDescription ?? null]);
      checkDefinition(asked.definition, type);
      if (asked.tags) checkTags(asked.tags);
      const arn = machineArn(asked.name);
      return log.transact(() => {
        const definition = machines.putDefinition(asked.definition);
        const there = machines.machine(arn);
        if (there) {
          const same =
            there.definition === definition &&
            there.type === type &&
            there.settings === settings &&
            there.first === first;
          if (!same) throw machineExists(arn);
        } else {
          const at = now();
          const row = { arn, name: asked.name, type, definition, role: asked.roleArn, revision: null, settings, first };
          machines.addMachine({ ...row, createdAt: at, updatedAt: at });
          for (const { key, value } of asked.tags ?? []) machines.putTag(arn, key, value);
        }
        const machine = machines.machine(arn)!;
        const version = asked.publish ? publish(machines, machine, asked.versionDescription ?? null, now()) : undefined;
        return {
          stateMachineArn: arn,
          creationDate: seconds(machine.createdAt),
          ...(version && { stateMachineVersionArn: `${arn}:${version.number}` }),
        };
      });
    },

    UpdateStateMachine(request) {
      const asked = checked(UpdateStateMachine, request);
      const { machine: arn, version, alias } = parseMachineArn(asked.stateMachineArn);
      const nothing =
        !asked.definition &&
        !asked.roleArn &&
        !asked.loggingConfiguration &&
        !asked.tracingConfiguration &&
        !asked.encryptionConfiguration;
      if (nothing && !asked.publish) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      checkVersionDescription(asked);
      if (asked.roleArn) checkRole(asked.roleArn);
      return log.transact(() => {
        const machine = version === undefined && alias === undefined ? machines.machine(arn) : undefined;
        if (!machine) throw machineGone(asked.stateMachineArn);
        if (asked.definition) checkDefinition(asked.definition, machine.type);
        const before = JSON.parse(machine.settings) as Settings;
        const next = {
          definition: asked.definition ? machines.putDefinition(asked.definition) : machine.definition,
          role: asked.roleArn ?? machine.role,
          settings: JSON.stringify({ ...before, ...settingsOf(asked, before) }),
        };
        const changed =
          next.definition !== machine.definition || next.role !== machine.role || next.settings !== machine.settings;
        const updatedAt = now();
        if (changed) machines.updateMachine(machine.id, { ...next, revision: randomUUID(), updatedAt });
        const after = machines.machine(arn)!;
        const published = asked.publish
          ? publish(machines, after, asked.versionDescription ?? null, updatedAt)
          : undefined;
        return {
          updateDate: seconds(updatedAt),
          ...(after.revision && { revisionId: after.revision }),
          ...(published && { stateMachineVersionArn: `${arn}:${published.number}` }),
        };
      });
    },

    DescribeStateMachine(request) {
      const { stateMachineArn, includedData } = checked(Describe, request);
      const { machine, version } = findMachine(log.machines, stateMachineArn);
      const source = version ?? machine;
      return {
        stateMachineArn,
        name: machine.name,
        status: 'ACTIVE',
        type: machine.type,
        creationDate: seconds(source.createdAt),
        definition: includedData === 'METADATA_ONLY' ? '{}' : machines.definition(source.definition),
        roleArn: source.role,
        ...settingsView(source.settings),
        ...references(machines, source.definition),
        ...(source.revision && { revisionId: source.revision }),
        ...(version?.description && { description: version.description }),
      };
    },

    DeleteStateMachine(request) {
      const { stateMachineArn } = checked(ByArn, request);
      const { machine: arn, version, alias } = parseMachineArn(stateMachineArn);
      if (version !== undefined || alias !== undefined) {
        throw validation(
          `A version or an alias is deleted by DeleteStateMachineVersion or DeleteStateMachineAlias: ${stateMachineArn}`,
        );
      }
      log.transact(() => {
        const machine = machines.machine(arn);
        if (machine) machines.dropMachine(machine);
      });
      return {};
    },

    ListStateMachines(request) {
      const asked = checked(ListStateMachines, request);
      const size = pages.size(asked.maxResults);
      const after = Number(pages.position('machines', asked.nextToken) ?? 0);
      const rows = machines.machines(after, size + 1);
      const page = rows.slice(0, size);
      return {
        stateMachines: page.map((row) => ({
          stateMachineArn: row.arn,
          name: row.name,
          type: row.type,
          creationDate: seconds(row.createdAt),
        })),
        ...(rows.length > size && { nextToken: pages.next('machines', page.at(-1)!.id) }),
      };
    },

    ValidateStateMachineDefinition(request) {
      const asked = checked(Validate, request);
      const all = definitionProblems(asked.definition, asked.type ?? 'STANDARD').filter(
        ({ severity }) => severity === 'ERROR' || asked.severity === 'WARNING',
      );
      const limit = asked.maxResults || 100;
      return {
        result: all.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
        diagnostics: all.slice(0, limit),
        truncated: all.length > limit,
      };
    },
  };
}

/**
 * The machine, and the version where the ARN names one (an alias names none by itself: see `route`).
 * @throws AwsError InvalidArn, StateMachineDoesNotExist
 */
export function findMachine(
  machines: Api['log']['machines'],
  arn: string,
): { machine: MachineRow; version?: VersionRow; alias?: string } {
  const named = parseMachineArn(arn);
  const machine = machines.machine(named.machine);
  if (!machine) throw machineGone(arn);
  if (named.alias !== undefined) return { machine, alias: named.alias };
  if (named.version === undefined) return { machine };
  const version = machines.version(machine.id, named.version);
  if (!version) throw machineGone(arn);
  return { machine, version };
}

export function settingsView(text: string) {
  const { logging, tracing, encryption } = JSON.parse(text) as Settings;
  return { loggingConfiguration: logging, tracingConfiguration: tracing, encryptionConfiguration: encryption };
}

/** inside `describe` answers; absent where no state refers to a variable */
export function references(machines: Api['log']['machines'], definition: string): object {
  const found = variableReferences(JSON.parse(machines.definition(definition) ?? '{}') as Machine);
  return found ? { variableReferences: found } : {};
}

type Configuration = z.infer<z.ZodObject<typeof configuration>>;

function settingsOf(asked: Configuration, before?: Settings): Settings {
  const logging = asked.loggingConfiguration;
  if (logging && logging.level !== 'OFF' && logging.destinations?.length !== 1) {
    throw new AwsError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  }
  return {
    logging: logging ?? before?.logging ?? { level: 'OFF', includeExecutionData: false },
    tracing: asked.tracingConfiguration ?? before?.tracing ?? { enabled: false },
    encryption: asked.encryptionConfiguration
      ? encryptionOf(asked.encryptionConfiguration)
      : (before?.encryption ?? OWNED_KEY),
  };
}

function checkRole(arn: string): void {
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(arn)) throw invalidArn(`Invalid Role Arn: '${arn}'`);
}

function checkVersionDescription(asked: Configuration): void {
  if (asked.versionDescription && !asked.publish)
    throw validation('Version description can only be set when publish is true');
}
