/**
 * One bench on the in-process library, in a process of its own, because a definition that it cannot run may loop for ever.
 *
 *   stdin { definition, input, copies, lambda } ─▶ stdout { ms, outputs }
 */
import { readFileSync } from 'node:fs';
import { StateMachine } from 'aws-local-stepfunctions';

const { definition, input, copies, lambda } = JSON.parse(readFileSync(0, 'utf8'));
const machine = new StateMachine(definition);
// a function is a plain call here: no HTTP, no process
const handlers = lambda && Object.fromEntries(Object.keys(definition.States).map((name) => [name, (event) => event]));
const options = handlers && { overrides: { taskResourceLocalHandlers: handlers } };
const began = performance.now();
const outputs = await Promise.all(Array.from({ length: copies }, () => machine.run(input, options).result));
process.stdout.write(JSON.stringify({ ms: performance.now() - began, outputs }));
