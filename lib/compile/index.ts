export { toArgo } from './argo';
export { compile, definitionHash, definitionText } from './compile';
export { decompile } from './decompile';
export { type ParsedText, parseText, pathAt, placeOf, type TextFault, type TextFormat } from './parse-text';
export { patchText, replacementOf, writeText } from './patch-text';
export { fillPlaceholders, placeholdersIn } from './placeholders';
export { nodeAtPath, pathOfNode, placeInText, sourceText, type TextNote, takeText } from './source-text';
