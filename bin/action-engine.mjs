#!/usr/bin/env node
/**
 * The command line's front door.
 *
 *   action-engine start | local-cloud | draft | compile | decompile | validate | export | run
 */
import { launch } from './launch.mjs';

const entries = { start: 'bin/start.ts', 'local-cloud': 'bin/local-cloud.ts' };
const command = process.argv[2] ?? '';
await launch(Object.hasOwn(entries, command) ? entries[command] : 'bin/cli.ts');
