/** A function as Lambda's answers show it. */
import { functionArn } from './errors';
import type { FunctionRecord, Version } from './store';

/** never updated since it was created */
export const isNew = (record: FunctionRecord): boolean => record.latest.modifiedAt === record.createdAt;

/**
 * @param qualified the version was asked for by name, so its ARN says it; a text: by an alias, or by that
 * @param pending a creation or an update is not yet settled
 */
export function configurationOf(
  record: FunctionRecord,
  version: Version,
  qualified: boolean | string,
  pending: boolean,
) {
  const fresh = pending && isNew(record);
  const { settings, code } = version;
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(
      record.name,
      typeof qualified === 'string' ? qualified : qualified ? version.version : undefined,
    ),
    Runtime: settings.Runtime,
    Role: settings.Role,
    Handler: settings.Handler,
    CodeSize: code.size,
    Description: version.description,
    Timeout: settings.Timeout,
    MemorySize: settings.MemorySize,
    LastModified: new Date(version.modifiedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: version.version,
    ...(Object.keys(settings.Variables).length > 0 ? { Environment: { Variables: settings.Variables } } : {}),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: version.revisionId,
    ...(fresh
      ? { State: 'Pending', StateReason: 'The function is being created.', StateReasonCode: 'Creating' }
      : { State: 'Active' }),
    ...(pending && !fresh
      ? {
          LastUpdateStatus: 'InProgress',
          LastUpdateStatusReason: 'The function is being updated.',
          LastUpdateStatusReasonCode: 'Updating',
        }
      : fresh
        ? {}
        : { LastUpdateStatus: 'Successful' }),
    PackageType: 'Zip',
    Architectures: version.architectures,
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${record.name}` },
  };
}
