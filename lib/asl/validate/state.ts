/** Checks one state: its fields, their types, what its query language allows. */
import type { Json, JsonObject } from '@/lib/base/json';
import { isTimestamp, MAX_SECONDS } from '../time';
import { checkChoices } from './choices';
import { checkAssign, checkJsonataState, checkPath, checkTemplate, isJsonata } from './expressions';
import { LANGUAGES, type Language, ONLY_IN, STATE_FIELDS, STATE_TYPES, type StateType } from './fields';
import { checkMap } from './map';
import { checkCatch, checkFields, checkNumber, checkRetry, has } from './parts';
import type { Place, Report } from './report';
import { patternOf } from './resource';

export type MachineType = 'STANDARD' | 'EXPRESS';
export type Context = { report: Report; language: Language; type: MachineType };

/** Only the exact word is JSONPath; absent, the whole machine's language; anything else AWS takes for JSONata. */
export function languageOf(holder: JsonObject, inherited: Language): Language {
  if (!has(holder, 'QueryLanguage')) return inherited;
  return holder.QueryLanguage === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

export function checkState(
  name: string,
  state: JsonObject,
  at: Place,
  { report, language: machine, type: machineType }: Context,
): void {
  if ([...name].length > 80) report.schema('State name is longer than 80 characters', at, 'Shorten the name.');
  if (!has(state, 'Type')) {
    report.required(['Type'], at);
    return;
  }
  if (!report.type(state.Type, ['STRING'], at.field('Type'))) return;
  if (!STATE_TYPES.includes(state.Type as StateType)) {
    report.schema(
      `The field 'Type' should have one of these values: [${STATE_TYPES.join(', ')}]`,
      at.field('Type'),
      `"${state.Type}" is no kind of state; write one of ${STATE_TYPES.join(', ')}.`,
    );
    return;
  }
  const type = state.Type as StateType;
  const language = languageOf(state, machine);
  checkLanguage(state, type, language, machine, at, report);
  checkFields(state, STATE_FIELDS[type], at, report, `a ${type} state`);
  checkFlow(state, type, at, report);
  if (language === 'JSONPath') checkPaths(state, at, report);
  else checkJsonataState(state, at, report);
  if (has(state, 'Assign')) {
    checkAssign(state.Assign, at.field('Assign'), report);
    if (language === 'JSONPath') checkTemplate(state.Assign, at.field('Assign'), report);
  }
  if (STATE_FIELDS[type].includes('Retry')) {
    checkRetry(state.Retry, at.field('Retry'), report);
    checkCatch(state.Catch, at.field('Catch'), report, language);
  }
  checks[type]?.(state, at, report, language, machineType);
}

function checkLanguage(
  state: JsonObject,
  type: StateType,
  language: Language,
  machine: Language,
  at: Place,
  report: Report,
): void {
  if (machine === 'JSONata' && state.QueryLanguage === 'JSONPath') {
    report.schema(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      at,
      'Remove the state’s QueryLanguage, or set it per state and leave the machine’s at JSONPath.',
    );
    return;
  }
  const other: Language = language === 'JSONPath' ? 'JSONata' : 'JSONPath';
  for (const field of ONLY_IN[other]) {
    if (has(state, field) && STATE_FIELDS[type].includes(field)) {
      report.schema(
        `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
        at,
        `Remove "${field}", or set the state's QueryLanguage to ${other}.`,
      );
    }
  }
  if (has(state, 'QueryLanguage')) report.oneOf(state.QueryLanguage, LANGUAGES, at.field('QueryLanguage'));
}

function checkFlow(state: JsonObject, type: StateType, at: Place, report: Report): void {
  if (!STATE_FIELDS[type].includes('Next')) return;
  if (has(state, 'Next')) report.type(state.Next, ['STRING'], at.field('Next'));
  if (has(state, 'End')) report.type(state.End, ['BOOLEAN'], at.field('End'));
  const ends = state.End === true;
  if (has(state, 'Next') && ends)
    report.schema(
      'Only one of these fields is allowed: [Next, End]',
      at,
      'A state leads on or ends: keep "Next" or "End".',
    );
  else if (!has(state, 'Next') && !ends)
    report.schema(
      'One of these fields is required: [Next, End]',
      at,
      'Name the state that comes "Next", or write "End": true.',
    );
}

function checkPaths(state: JsonObject, at: Place, report: Report): void {
  for (const field of ['InputPath', 'OutputPath'])
    if (has(state, field)) checkPath(state[field], at.field(field), report, { intrinsic: false, nullable: true });
  if (has(state, 'ResultPath'))
    checkPath(state.ResultPath, at.field('ResultPath'), report, { reference: true, nullable: true });
  for (const field of ['Parameters', 'ResultSelector'])
    if (has(state, field)) checkTemplate(state[field], at.field(field), report);
  for (const field of ['TimeoutSecondsPath', 'HeartbeatSecondsPath', 'SecondsPath', 'TimestampPath']) {
    if (has(state, field)) checkPath(state[field], at.field(field), report, { reference: true });
  }
  for (const field of ['ErrorPath', 'CausePath'])
    if (has(state, field)) checkPath(state[field], at.field(field), report, { intrinsic: true });
}

type Check = (state: JsonObject, at: Place, report: Report, language: Language, machine: MachineType) => void;

const checks: Partial<Record<StateType, Check>> = {
  Choice: checkChoices,
  Map: checkMap,

  Task: (state, at, report, language, machine) => {
    if (!has(state, 'Resource')) report.required(['Resource'], at);
    else if (report.type(state.Resource, ['STRING'], at.field('Resource')))
      checkResource(state.Resource as string, at.field('Resource'), report, machine);
    for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
      report.exclusive(state, [field, `${field}Path`], at);
      checkNumber(state, field, at, report, language, { min: 1, max: MAX_SECONDS });
    }
    if (
      typeof state.TimeoutSeconds === 'number' &&
      typeof state.HeartbeatSeconds === 'number' &&
      state.HeartbeatSeconds >= state.TimeoutSeconds
    ) {
      report.schema(
        'HeartbeatSeconds must be smaller than TimeoutSeconds',
        at.field('HeartbeatSeconds'),
        'Make the heartbeat shorter, or the timeout longer.',
      );
    }
    if (has(state, 'Credentials')) {
      report.type(
        state.Credentials,
        language === 'JSONata' ? ['OBJECT', 'STRING'] : ['OBJECT'],
        at.field('Credentials'),
      );
      if (language === 'JSONPath') checkTemplate(state.Credentials, at.field('Credentials'), report);
    }
  },

  Wait: (state, at, report, language) => {
    const ways = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
    if (!ways.some((field) => has(state, field)))
      report.schema(
        'One of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]',
        at,
        'Say how long to wait: "Seconds", or until when: "Timestamp".',
      );
    report.exclusive(state, ways, at);
    checkNumber(state, 'Seconds', at, report, language, { max: MAX_SECONDS });
    const until: Json | undefined = state.Timestamp;
    if (
      until === undefined ||
      (language === 'JSONata' && isJsonata(until)) ||
      !report.type(until, ['STRING'], at.field('Timestamp'))
    )
      return;
    if (!isTimestamp(until as string))
      report.schema(
        'String does not match RFC3339 timestamp',
        at.field('Timestamp'),
        'Write a moment such as 2026-01-31T12:00:00Z, with T, seconds and Z or an offset.',
      );
  },

  Fail: (state, at, report) => {
    report.exclusive(state, ['Error', 'ErrorPath'], at);
    report.exclusive(state, ['Cause', 'CausePath'], at);
    for (const field of ['Error', 'Cause'])
      if (has(state, field)) report.type(state[field], ['STRING'], at.field(field));
  },

  Parallel: (state, at, report) => {
    if (!has(state, 'Branches')) {
      report.required(['Branches'], at);
      return;
    }
    if (report.type(state.Branches, ['ARRAY'], at.field('Branches')) && (state.Branches as Json[]).length === 0) {
      report.schema('Value cannot be empty', at.field('Branches'), 'Add a branch with "StartAt" and "States".');
    }
  },
};

function checkResource(resource: string, at: Place, report: Report, machine: MachineType): void {
  const pattern = patternOf(resource);
  if (pattern === null) {
    report.schema(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
      'Name a Lambda function, an activity, or an integration such as arn:aws:states:::lambda:invoke; other services are reached by arn:aws:states:::aws-sdk:service:action.',
    );
  } else if (machine === 'EXPRESS' && pattern !== 'request-response') {
    // AWS's own text has a second space after the longer of the two.
    const [name, space] = pattern === 'sync' ? ['.sync', ''] : ['.waitForTaskToken', ' '];
    report.schema(
      `Express state machine does not support '${name}' service integration${space}`,
      at,
      `Remove "${name}" from the resource, or make the machine a STANDARD one.`,
    );
  }
}
