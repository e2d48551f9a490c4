/** Which fields each part of a definition may carry, and in which query language. */
export const STATE_TYPES = ['Task', 'Wait', 'Pass', 'Succeed', 'Fail', 'Choice', 'Parallel', 'Map'] as const;
export type StateType = (typeof STATE_TYPES)[number];
export type Language = 'JSONPath' | 'JSONata';
export const LANGUAGES: readonly Language[] = ['JSONPath', 'JSONata'];

const anyState = ['Type', 'Comment', 'QueryLanguage'];
const flow = ['Next', 'End'];
const inOut = ['InputPath', 'OutputPath', 'Output'];
const errors = ['Retry', 'Catch'];

export const STATE_FIELDS: Record<StateType, readonly string[]> = {
  Pass: [...anyState, ...flow, ...inOut, 'Result', 'ResultPath', 'Parameters', 'Assign'],
  Task: [
    ...anyState,
    ...flow,
    ...inOut,
    ...errors,
    'Resource',
    'Parameters',
    'Arguments',
    'Credentials',
    'ResultSelector',
    'ResultPath',
    'Assign',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Choice: [...anyState, ...inOut, 'Choices', 'Default', 'Assign'],
  Wait: [...anyState, ...flow, ...inOut, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath', 'Assign'],
  Succeed: [...anyState, ...inOut],
  Fail: [...anyState, 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  Parallel: [
    ...anyState,
    ...flow,
    ...inOut,
    ...errors,
    'Branches',
    'Parameters',
    'Arguments',
    'ResultSelector',
    'ResultPath',
    'Assign',
  ],
  Map: [
    ...anyState,
    ...flow,
    ...inOut,
    ...errors,
    'ItemProcessor',
    'Iterator',
    'ItemsPath',
    'Items',
    'ItemSelector',
    'Parameters',
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'ResultSelector',
    'ResultPath',
    'Assign',
    'Label',
    'MaxConcurrency',
    'MaxConcurrencyPath',
    'ToleratedFailureCount',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentage',
    'ToleratedFailurePercentagePath',
  ],
};

export const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];
export const PROCESSOR_FIELDS = [...BRANCH_FIELDS, 'ProcessorConfig'];

/** In the order in which AWS reports them. */
export const ONLY_IN: Record<Language, readonly string[]> = {
  JSONPath: [
    'InputPath',
    'OutputPath',
    'ResultPath',
    'ResultSelector',
    'Parameters',
    'Result',
    'ItemsPath',
    'MaxConcurrencyPath',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentagePath',
    'SecondsPath',
    'TimestampPath',
    'TimeoutSecondsPath',
    'HeartbeatSecondsPath',
    'ErrorPath',
    'CausePath',
  ],
  JSONata: ['Output', 'Arguments', 'Items'],
};

/** Fields of a state that hold other states, or plain names: never expressions. */
export const NOT_EXPRESSIONS = [
  'Type',
  'Comment',
  'QueryLanguage',
  'Next',
  'End',
  'Default',
  'Resource',
  'Branches',
  'ItemProcessor',
  'Iterator',
  'Label',
  'Retry',
  'Result',
];
