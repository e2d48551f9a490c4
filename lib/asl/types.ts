/**
 * The states of Amazon States Language as TypeScript sees them, after validation.
 *
 * A definition itself is kept as JSON, because the order of its fields and the fields nobody knows matter too; these types
 * are for reading it. `Template` marks JSON in which expressions are filled (`lib/asl/template.ts`); in a JSONata state
 * many numbers may be such an expression instead.
 * @module
 */
import type { Json, JsonObject } from '@/lib/base/json';
import type { Retrier } from './retry';

export type QueryLanguage = 'JSONPath' | 'JSONata';
export type Template = Json;
/** A number, or `{% … %}` in a JSONata state. */
export type NumberOrExpression = number | string;

export type StateMachine = {
  StartAt: string;
  States: Record<string, State>;
  Comment?: string;
  Version?: string;
  TimeoutSeconds?: number;
  QueryLanguage?: QueryLanguage;
};

type Common = { Comment?: string; QueryLanguage?: QueryLanguage };
/** `null` stands for nothing: an empty object in, nothing kept. */
type InOut = { InputPath?: string | null; OutputPath?: string | null; Output?: Template };
type Flow = { Next?: string; End?: boolean };
type Variables = { Assign?: JsonObject };
type Errors = { Retry?: Retrier[]; Catch?: Catcher[] };
type Result = { ResultSelector?: Template; ResultPath?: string | null };
type Arguments = { Parameters?: Template; Arguments?: Template };

export type Catcher = {
  ErrorEquals: string[];
  Next: string;
  ResultPath?: string | null;
  Output?: Template;
  Assign?: JsonObject;
  Comment?: string;
};
/** Either `Condition` (JSONata) or a `Variable` with one comparison, or And, Or, Not. */
export type ChoiceRule = JsonObject & { Next: string };

export type PassState = Common &
  InOut &
  Flow &
  Variables & { Type: 'Pass'; Result?: Json; ResultPath?: string | null; Parameters?: Template };
export type TaskState = Common &
  InOut &
  Flow &
  Variables &
  Errors &
  Result &
  Arguments & {
    Type: 'Task';
    Resource: string;
    Credentials?: Template;
    TimeoutSeconds?: NumberOrExpression;
    TimeoutSecondsPath?: string;
    HeartbeatSeconds?: NumberOrExpression;
    HeartbeatSecondsPath?: string;
  };
export type ChoiceState = Common & InOut & Variables & { Type: 'Choice'; Choices: ChoiceRule[]; Default?: string };
export type WaitState = Common &
  InOut &
  Flow &
  Variables & {
    Type: 'Wait';
    Seconds?: NumberOrExpression;
    SecondsPath?: string;
    Timestamp?: string;
    TimestampPath?: string;
  };
export type SucceedState = Common & InOut & { Type: 'Succeed' };
export type FailState = Common & {
  Type: 'Fail';
  Error?: string;
  ErrorPath?: string;
  Cause?: string;
  CausePath?: string;
};
export type Branch = { StartAt: string; States: Record<string, State>; Comment?: string };
export type ParallelState = Common &
  InOut &
  Flow &
  Variables &
  Errors &
  Result &
  Arguments & { Type: 'Parallel'; Branches: Branch[] };
export type ItemProcessor = Branch & {
  ProcessorConfig?: { Mode?: 'INLINE' | 'DISTRIBUTED'; ExecutionType?: 'STANDARD' | 'EXPRESS' };
};
export type MapState = Common &
  InOut &
  Flow &
  Variables &
  Errors &
  Result & {
    Type: 'Map';
    ItemProcessor?: ItemProcessor;
    /** the older name of ItemProcessor */
    Iterator?: ItemProcessor;
    ItemsPath?: string;
    Items?: Template;
    ItemSelector?: Template;
    /** the older name of ItemSelector */
    Parameters?: Template;
    ItemReader?: { Resource: string; Parameters?: Template; Arguments?: Template; ReaderConfig?: JsonObject };
    ItemBatcher?: {
      MaxItemsPerBatch?: NumberOrExpression;
      MaxInputBytesPerBatch?: NumberOrExpression;
      BatchInput?: Template;
    };
    ResultWriter?: { Resource?: string; Parameters?: Template; Arguments?: Template; WriterConfig?: JsonObject };
    Label?: string;
    MaxConcurrency?: NumberOrExpression;
    MaxConcurrencyPath?: string;
    ToleratedFailureCount?: NumberOrExpression;
    ToleratedFailureCountPath?: string;
    ToleratedFailurePercentage?: NumberOrExpression;
    ToleratedFailurePercentagePath?: string;
  };

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
export type StateOf<T extends State['Type']> = Extract<State, { Type: T }>;
