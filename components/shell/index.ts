/** What screens use of the shell. */
export { chordText, useKeys, useMac } from './keys';
export { Page } from './Page';
export { type PaletteCommand, usePaletteCommands } from './Palette';
export { useConnection, useJob, useRun, useStream, useTell } from './Stream';
export { Crumbs, TopActions } from './TopBar';
