/**
 * How a function's process is started: which command, which environment, which limits.
 *
 * Which level it gets is decided in `isolation.ts`; here the decision becomes a command: limits, permissions, a view of the
 * machine, a network. Nothing of the server's own environment goes in.
 */
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { childScript } from '@/lib/base/children';
import type { Credentials } from '../service';
import { environmentOf, type Places } from './function-environment';
import { CannotLaunch, findLimiter, findNamespace, findPython, measureNode, type Program } from './host-tools';
import { decide, type FunctionIsolation, type IsolationSetting, type Level } from './isolation';
import type { PrivateNetwork } from './network';
import { createNetworks, type Networks } from './networks';
import { type PackageNeeds, scanPackage } from './package-scan';
import {
  holds,
  inView,
  lookAtSystem,
  RUNTIME_ROOT,
  shown,
  TASK_ROOT,
  type Unsharer,
  unsharers,
  type View,
} from './sandbox';
import type { Settings } from './settings';

export type LaunchSpec = {
  functionName: string;
  version: string;
  settings: Settings;
  /** the unpacked package, once `unpacked` resolved */
  taskRoot: string;
  unpacked(): Promise<void>;
  /** values for variables that the function has with an empty value */
  environment: Record<string, string>;
  endpoint: string;
  credentials: Credentials;
  /** scratch space of this process */
  tmp: string;
  /** `none`: it may call the local cloud and nobody else */
  network: Network;
};
/** whom a function may call: as the machine can, or the local cloud alone */
export type Network = 'shared' | 'none';
export type Launch = { command: string; args: string[]; env: Record<string, string> };

/**
 * What this machine can do for functions. `process`: plain children. `namespace`: a process sees only itself and what it
 * started, and takes all of that with it. `view`: and it sees only its own files.
 */
export type Isolation = 'process' | 'namespace' | 'view';
export type Launcher = {
  /** @throws CannotLaunch */
  prepare(spec: LaunchSpec): Promise<Prepared>;
  isolation(): Promise<Isolation>;
  /** what a function of plain JavaScript gets here; of each function `isolationOf` tells */
  level(): Promise<Level>;
  /** of one function, whose package is unpacked; `null` where it would not be run */
  isolationOf(spec: Judged): Promise<(FunctionIsolation & { network: Network }) | null>;
  close(): void;
};
/** what its isolation depends on */
export type Judged = Pick<LaunchSpec, 'settings' | 'taskRoot' | 'network'>;
export type Prepared = {
  /** its network is a private one: the Runtime API must listen there; null: at this machine's own loopback */
  network: PrivateNetwork | null;
  /** @param runtimeApi host and port of the Runtime API, as it is reached from there */
  launch(runtimeApi: string): Promise<Launch>;
};
export type LauncherOptions = {
  /** the project's folder */
  root: string;
  /** must stay hidden from functions */
  dataDir: string;
  /** default: auto */
  isolation?: IsolationSetting;
  /** false: plain children also where the system could do more */
  namespaces?: boolean;
  /** the local cloud's address, and what serves a connection to it that was made in a private network */
  cloud?: { endpoint(): string; accept(socket: Socket): void };
};

/** MB beside the function's own data, where it is not Node's */
const OTHER_RUNTIME_MB = 64;

/** files at once, as on AWS */
const DESCRIPTORS = 1024;
/** bytes that one file may have where /tmp has no limit of its own */
const FILE_BYTES = 512 * 1024 * 1024;

export function createLauncher({
  root,
  dataDir,
  isolation = 'auto',
  namespaces = true,
  cloud,
}: LauncherOptions): Launcher {
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => {
      made ??= make();
      made.catch(() => {
        made = null; // what was missing may be installed meanwhile
      });
      return made;
    };
  };
  const nodeScript = once(() => childScript(root, 'lib/local-cloud/lambda/runtimes/node.ts'));
  const pythonScript = path.join(root, 'lib/local-cloud/lambda/runtimes/python.py');
  const node: Program = { command: process.execPath, places: [process.execPath] };
  const python = once(findPython);
  const prlimit = once(findLimiter);
  const nodeOverhead = once(measureNode);
  const namespace = once(() => (namespaces ? findNamespace() : Promise.resolve([])));
  const system = once(lookAtSystem);
  const secret = [dataDir, root];
  /** the command that makes a view in which this program works; null: there is none here */
  const viewer = async (program: Program, test: readonly string[]): Promise<Unsharer | null> => {
    if (!namespaces || isolation === 0 || isolation === 1 || process.platform !== 'linux') return null;
    const base = await mkdtemp(path.join(tmpdir(), 'action-engine-view-'));
    try {
      const view = { base, taskRoot: base, programs: await shown(program.places, secret) };
      for (const unsharer of unsharers())
        if (await holds(unsharer, await system(), view, [program.command, ...test], dataDir)) return unsharer;
      return null;
    } finally {
      await rm(base, { recursive: true, force: true });
    }
  };
  const nodeViewer = once(() => viewer(node, ['-e', '0']));
  const pythonViewer = once(async () => viewer(await python(), ['-I', '-c', 'import ssl, json, http.client, ctypes']));
  const viewerFor = (runtime: string) => (runtime.startsWith('python') ? pythonViewer() : nodeViewer());

  const scans = new Map<string, Promise<PackageNeeds>>();
  const needsOf = (taskRoot: string) => {
    let scan = scans.get(taskRoot);
    if (!scan) {
      scan = scanPackage(taskRoot);
      scans.set(taskRoot, scan);
      scan.catch(() => scans.delete(taskRoot));
    }
    return scan;
  };
  const decisionFor = async ({ settings, taskRoot }: Judged) => {
    const view = (await viewerFor(settings.Runtime)) !== null;
    const viewMissing = view ? null : 'this system does not let the local cloud make namespaces for it';
    return decide(isolation, settings.Runtime, await needsOf(taskRoot), { view, viewMissing });
  };

  const commandFor = async (
    { settings, taskRoot }: LaunchSpec,
    places: Places,
    permissions: readonly string[],
    words: readonly string[],
  ): Promise<string[]> => {
    const { Runtime, MemorySize } = settings;
    if (Runtime.startsWith('nodejs')) {
      const heap = Math.max(96, Math.floor(MemorySize * 0.9));
      return [
        node.command,
        `--max-old-space-size=${heap}`,
        ...permissions,
        places.script(await nodeScript()),
        ...words,
      ];
    }
    if (Runtime.startsWith('python')) {
      // -I: nothing from the environment or the user's own packages' folder; -u: prints are seen when they are made
      return [(await python()).command, '-I', '-u', '-B', places.script(pythonScript)];
    }
    await access(path.join(taskRoot, 'bootstrap'), constants.X_OK).catch(() => {
      throw new CannotLaunch(
        'Runtime.InvalidEntrypoint',
        'Couldn\'t find valid bootstrap(s): the package must hold an executable file "bootstrap" at its top.',
      );
    });
    return [path.join(places.taskRoot, 'bootstrap')];
  };

  const networks =
    cloud &&
    createNetworks(() => childScript(root, 'lib/local-cloud/lambda/runtimes/network.ts'), {
      port: () => Number(new URL(cloud.endpoint()).port),
      accept: cloud.accept,
    });
  /** those from which it gets one of its own; null: it may have the machine's */
  const networksFor = (spec: Judged, { level }: FunctionIsolation): Networks | null => {
    const elsewhere = Object.entries(spec.settings.Variables).some(
      ([name, value]) => /^AWS_ENDPOINT_URL/.test(name) && value,
    );
    return level === 2 && spec.network === 'none' && !elsewhere && networks ? networks : null;
  };
  const userFor = async ({ settings }: Judged) => (await viewerFor(settings.Runtime))!.user;

  const launch = async (
    spec: LaunchSpec,
    decision: FunctionIsolation,
    privateNetwork: PrivateNetwork | null,
    runtimeApi: string,
  ): Promise<Launch> => {
    const { Runtime, MemorySize } = spec.settings;
    const inside = decision.level === 2;
    const places: Places = inside
      ? { taskRoot: TASK_ROOT, script: (file) => path.posix.join(RUNTIME_ROOT, path.basename(file)), tmp: '/tmp' }
      : { taskRoot: spec.taskRoot, script: (file) => file, tmp: spec.tmp };
    const permissions = !decision.permissions
      ? []
      : permissionFlags(
          inside ? null : { read: [spec.taskRoot, spec.tmp], script: await nodeScript(), write: spec.tmp },
        );
    // The runtime knows by it what to say of a call that went nowhere.
    const command = await commandFor(spec, places, permissions, privateNetwork ? ['--no-network'] : []);
    const limiter = await prlimit();
    const overhead = Runtime.startsWith('nodejs') ? await nodeOverhead() : OTHER_RUNTIME_MB;
    const limits = [
      `--data=${(MemorySize + overhead) * 1024 * 1024}`,
      `--nofile=${DESCRIPTORS}`,
      ...(inside ? [] : [`--fsize=${FILE_BYTES}`]),
      '--core=0',
    ];
    const limited = limiter ? [limiter, ...limits, '--', ...command] : command;
    let whole = [...(await namespace()), ...limited];
    if (inside) {
      const isPython = Runtime.startsWith('python');
      const program = isPython ? await python() : node;
      const view: View = {
        base: spec.tmp,
        taskRoot: spec.taskRoot,
        programs: Runtime.startsWith('provided') ? [] : await shown(program.places, secret),
      };
      if (isPython) view.script = pythonScript;
      else if (Runtime.startsWith('nodejs')) view.script = await nodeScript();
      whole = inView((await viewerFor(Runtime))!, await system(), view, limited, privateNetwork?.enter);
    }
    const [first, ...args] = whole;
    return { command: first!, args, env: environmentOf(spec, runtimeApi, places) };
  };

  return {
    async isolation() {
      if ((await nodeViewer()) !== null) return 'view';
      return (await namespace()).length > 0 ? 'namespace' : 'process';
    },
    level: async () => (isolation !== 'auto' ? isolation : (await nodeViewer()) !== null ? 2 : 1),
    async isolationOf(spec) {
      const decision = await decisionFor(spec).catch(() => null); // its interpreter is missing, or its package went
      if (!decision || 'refused' in decision) return null;
      const hasOwn = await networksFor(spec, decision)?.possible(await userFor(spec));
      return { ...decision, network: hasOwn ? 'none' : 'shared' };
    },
    close() {
      networks?.close();
    },
    async prepare(spec) {
      const decision = await decisionFor(spec);
      if ('refused' in decision) throw new CannotLaunch('Runtime.IsolationUnavailable', decision.refused);
      const own = networksFor(spec, decision);
      const network = own ? await own.of(spec.functionName, await userFor(spec)) : null;
      return { network, launch: (runtimeApi) => launch(spec, decision, network, runtimeApi) };
    },
  };
}

/**
 * Node's switches for its permission model, by whatever name this Node has them. Network calls stay allowed: the function
 * could not be asked to work otherwise.
 * @param files null: the view of the machine is private already, so all of it
 */
function permissionFlags(files: { read: string[]; script: string; write: string } | null): string[] {
  const has = (flag: string) => process.allowedNodeEnvironmentFlags.has(flag);
  const within = (folder: string) => path.join(folder, '*');
  return [
    ...(has('--permission')
      ? ['--permission']
      : ['--experimental-permission', '--disable-warning=ExperimentalWarning']),
    ...(has('--allow-net') ? ['--allow-net'] : []),
    ...(files
      ? [
          ...files.read.map((folder) => `--allow-fs-read=${within(folder)}`),
          `--allow-fs-read=${files.script}`,
          `--allow-fs-write=${within(files.write)}`,
        ]
      : ['--allow-fs-read=*', '--allow-fs-write=*']),
  ];
}
