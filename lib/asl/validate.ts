/**
 * Says everything that is wrong with a definition, as AWS's ValidateStateMachineDefinition does.
 *
 *   text ──validateDefinition()──▶ [{ severity, code, message, location, hint }]     [] means valid
 *
 * Never throws. Codes, messages and locations are AWS's where they are known; hints are ours. `lib/asl/validate/` has one
 * file per area: the state's fields, the expressions in them, the graph that the states make.
 * @module
 */
import { isObject, type Json, type JsonObject, jsonDepth } from '@/lib/base/json';
import { BRANCH_FIELDS, LANGUAGES, type Language, MACHINE_FIELDS, PROCESSOR_FIELDS } from './validate/fields';
import { checkGraph } from './validate/graph';
import { duplicateFields, jsonProblem } from './validate/json-text';
import { checkFields, checkNumber } from './validate/parts';
import { type AslDiagnostic, type Place, Report, ROOT } from './validate/report';
import { type Context, checkState, languageOf, type MachineType } from './validate/state';

export type { AslCode, AslDiagnostic } from './validate/report';

/** Deeper than any definition that a person or a program means. */
const MAX_DEPTH = 200;

/** TestState's name for a state that comes without a machine. */
const LONE_STATE = 'StateName';

/**
 * Everything that is wrong with one state on its own, as TestState takes it: where it leads to is not asked.
 * Locations begin with `/States/StateName`.
 */
export function validateState(text: string, { type = 'STANDARD' }: { type?: MachineType } = {}): AslDiagnostic[] {
  const report = new Report();
  const state = read(text, report, 'A state definition must be a JSON object');
  if (!state) return report.diagnostics;
  const at = ROOT.field('States').field(LONE_STATE);
  const context: Context = { report, language: languageOf(state, 'JSONPath'), type };
  checkState(LONE_STATE, state, at, context);
  checkInner(state, at, { ...context, language: 'JSONPath' });
  return report.diagnostics;
}

/** @param type express machines may not wait for a callback or for a job */
export function validateDefinition(text: string, { type = 'STANDARD' }: { type?: MachineType } = {}): AslDiagnostic[] {
  const report = new Report();
  const definition = read(text, report, 'A state machine definition must be a JSON object');
  if (definition) checkMachine(definition, report, type);
  return report.diagnostics;
}

function read(text: string, report: Report, notAnObject: string): JsonObject | null {
  const notJson = (message: string, hint: string) => {
    report.add('INVALID_JSON_DESCRIPTION', message, null, hint);
    return null;
  };
  if (jsonDepth(text) > MAX_DEPTH)
    return notJson(
      `The definition nests deeper than ${MAX_DEPTH} levels`,
      'Move inner parts into a machine of their own and start it with states:startExecution.',
    );
  let definition: Json;
  try {
    definition = JSON.parse(text) as Json;
  } catch {
    const { message, hint } = jsonProblem(text);
    return notJson(message, hint);
  }
  const [twice] = duplicateFields(text);
  if (twice)
    return notJson(
      `Duplicate field '${twice.name}' at line ${twice.line}, column ${twice.column}`,
      'Remove one of the two, or rename it: only one of them would count.',
    );
  return isObject(definition) ? definition : notJson(notAnObject, 'Begin with { "StartAt": …, "States": { … } }.');
}

/** The text of CreateStateMachine's `InvalidDefinition` error; `null` when nothing in the list is an error. */
export function invalidDefinitionMessage(diagnostics: AslDiagnostic[]): string | null {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return null;
  return `Invalid State Machine Definition: '${errors.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join(', ')}'`;
}

function checkMachine(machine: JsonObject, report: Report, type: MachineType): void {
  checkFields(machine, MACHINE_FIELDS, ROOT, report, 'a state machine');
  if (Object.hasOwn(machine, 'QueryLanguage'))
    report.oneOf(machine.QueryLanguage, LANGUAGES, ROOT.field('QueryLanguage'));
  if (Object.hasOwn(machine, 'Version')) report.oneOf(machine.Version, ['1.0'], ROOT.field('Version'));
  checkNumber(machine, 'TimeoutSeconds', ROOT, report, 'JSONPath', { min: 1, max: 99_999_999 });
  const language: Language = languageOf(machine, 'JSONPath');
  checkContainer(machine, ROOT, { report, language, type }, true);
}

/** The machine itself, a branch, or an item processor. */
function checkContainer(holder: JsonObject, at: Place, context: Context, top: boolean): void {
  const { report } = context;
  if (Object.hasOwn(holder, 'Comment')) report.type(holder.Comment, ['STRING'], at.field('Comment'));
  const missing = ['StartAt', 'States'].filter((field) => !Object.hasOwn(holder, field));
  if (missing.length > 0) report.required(missing, at);
  const { StartAt: startAt, States: states } = holder;
  const startIsText = startAt !== undefined && report.type(startAt, ['STRING'], at.field('StartAt'));
  if (states === undefined || !report.type(states, ['OBJECT'], at.field('States')) || !isObject(states)) return;
  if (Object.keys(states).length === 0) {
    report.schema('Value cannot be empty', at.field('States'), 'Add at least one state.');
    return;
  }
  for (const [name, state] of Object.entries(states)) {
    const place = at.field('States').field(name);
    if (!report.type(state, ['OBJECT'], place) || !isObject(state)) continue;
    checkState(name, state, place, context);
    checkInner(state, place, context);
  }
  if (startIsText) checkGraph(startAt as string, states, at, report, top);
}

/** AWS gives nested states the whole machine's query language, not that of the state around them. */
function checkInner(state: JsonObject, at: Place, context: Context): void {
  const { report } = context;
  if (state.Type === 'Parallel' && Array.isArray(state.Branches)) {
    for (const [i, branch] of state.Branches.entries()) {
      const place = at.field('Branches').item(i);
      if (!report.type(branch, ['OBJECT'], place) || !isObject(branch)) continue;
      checkFields(branch, BRANCH_FIELDS, place, report, 'a branch');
      checkContainer(branch, place, context, false);
    }
  }
  if (state.Type !== 'Map') return;
  for (const field of ['ItemProcessor', 'Iterator']) {
    const processor = state[field];
    const place = at.field(field);
    if (processor === undefined || !report.type(processor, ['OBJECT'], place) || !isObject(processor)) continue;
    checkFields(processor, PROCESSOR_FIELDS, place, report, 'an item processor');
    const config = processor.ProcessorConfig;
    if (config !== undefined && report.type(config, ['OBJECT'], place.field('ProcessorConfig')) && isObject(config)) {
      const inside = place.field('ProcessorConfig');
      if (Object.hasOwn(config, 'Mode')) report.oneOf(config.Mode, ['INLINE', 'DISTRIBUTED'], inside.field('Mode'));
      if (Object.hasOwn(config, 'ExecutionType'))
        report.oneOf(config.ExecutionType, ['STANDARD', 'EXPRESS'], inside.field('ExecutionType'));
    }
    const express = isObject(config) && config.Mode === 'DISTRIBUTED' && config.ExecutionType === 'EXPRESS';
    checkContainer(processor, place, express ? { ...context, type: 'EXPRESS' } : context, false);
  }
}
