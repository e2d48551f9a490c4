/**
 * Forgets the secrets of the environment: the cloud needs none, and the functions that it runs must not find them.
 *
 * What is achieved, and what is not:
 * - `process.env` loses them, so no child inherits them.
 * - On Linux the block that `/proc/<pid>/environ` shows is overwritten in place. Deleting from `process.env` alone leaves
 *   it as it was at the start, readable by every process of the same user.
 * - Elsewhere (macOS: `ps -E`) that block cannot be changed.
 * - Other processes of the same user (the shell, npm, the page's server) still show theirs. Only functions that run
 *   in a process namespace of their own cannot look there.
 * @module
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What programs need to run at all, and this product's own settings. Everything else goes. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|HOSTNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|TMPDIR|TMP|TEMP|NODE|NODE_ENV|NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_V8_COVERAGE|SSL_CERT_FILE|SSL_CERT_DIR|UV_THREADPOOL_SIZE|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|XDG_\w+|PYENV_\w+|PYTHON\w+|VIRTUAL_ENV|CONDA_PREFIX|NVM_\w+|VOLTA_HOME|ASDF_\w+|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|ACTION_ENGINE_\w+|AWS_REGION|AWS_DEFAULT_REGION|AWS_ENDPOINT_URL\w*|SFN_MOCK_CONFIG|PORT)$/i;
const SECRET = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|_KEY$|API_?KEY/i;

const isKept = (name: string): boolean => KEPT.test(name) && !SECRET.test(name);

/**
 * @param env `process.env` itself: it is changed
 * @returns true when no other process can read what was forgotten out of this one's environment
 */
export function forgetSecrets(env: NodeJS.ProcessEnv): boolean {
  for (const name of Object.keys(env)) if (!isKept(name)) delete env[name];
  try {
    return overwriteInitialBlock();
  } catch {
    return false;
  }
}

function overwriteInitialBlock(): boolean {
  const block = readFileSync('/proc/self/environ');
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // fields are counted from behind the name in parentheses: `state` is field 3, `env_start` field 50
  const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[47]);
  if (!Number.isSafeInteger(start) || start <= 0) return false;
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    for (let at = 0; at < block.length; ) {
      const zero = block.indexOf(0, at);
      const end = zero < 0 ? block.length : zero;
      const entry = block.toString('latin1', at, end);
      const name = entry.split('=', 1)[0] ?? '';
      if (entry !== '' && !isKept(name)) writeSync(memory, Buffer.alloc(end - at), 0, end - at, start + at);
      at = end + 1;
    }
  } finally {
    closeSync(memory);
  }
  const left = readFileSync('/proc/self/environ', 'latin1').split('\0');
  return left.every((entry) => entry === '' || isKept(entry.split('=', 1)[0] ?? ''));
}
