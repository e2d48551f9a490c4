/** What screens use of the shell. */
export { chordOf, chordText, useChosen, useKeys, useKeysOf, useMac } from './keys';
export { Page } from './Page';
export { type PaletteCommand, usePaletteCommands } from './Palette';
export { useConnection, useJob, useRun, useStream, useTell } from './Stream';
export * from './shortcuts';
export { Crumbs, TopActions } from './TopBar';
