export { toArgo } from './argo';
export { compile, definitionHash, definitionText } from './compile';
export { decompile } from './decompile';
