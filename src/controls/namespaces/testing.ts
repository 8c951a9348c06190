// For the tests of the controls beside: a plain container, a plain machine, and steps as text.

import type { HostFacts } from '../../model/host.ts';
import type { Origin, Setting } from '../../model/origin.ts';
import { originText } from '../../model/origin.ts';
import type { Check } from '../../model/control.ts';
import { type Diagnostic, diagnosticText } from '../../model/diagnostic.ts';
import type { ContainerSpec, IdRange, NamedValue, NetworkSpec, Rlimit } from '../../model/spec.ts';
import type { Action, Arg, Step } from '../../model/step.ts';

const DEFAULT: Origin = { kind: 'default', text: 'for tests' };

/** Line `n` of the configuration `web`. */
export function line(n: number): Origin {
  return { kind: 'config', span: { file: 'web', line: n, column: 1, length: 1 } };
}

export function set<T>(value: T, n?: number): Setting<T> {
  return { value, why: n === undefined ? DEFAULT : line(n) };
}

export function ids(text: string, n = 1): Setting<IdRange> {
  const [kind, inside, outside, count] = text.split(' ');
  return set({ kind: kind === 'u' ? 'u' : 'g', inside: Number(inside), outside: Number(outside), count: Number(count) }, n);
}

export function net(type: string, extra: Partial<NetworkSpec> = {}): NetworkSpec {
  return { index: 0, type, up: false, why: line(1), keys: [], ...extra };
}

export function named(family: 'sysctl' | 'proc', name: string, value: string, n = 1): NamedValue {
  return { name, value, key: `lxc.${family}.${name}`, why: line(n) };
}

export function rlimit(name: string, soft: bigint | null, hard: bigint | null, n = 1): Rlimit {
  return { name, soft, hard, key: `lxc.prlimit.${name}`, why: line(n) };
}

/** A system container of root: own root file system, nothing else asked. */
export function aSpec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'web',
    init: { argv: set(['/sbin/init']), uid: set(0), gid: set(0), groups: null, cwd: set('/'), reaper: false },
    root: { kind: 'dir', path: '/srv/web', readOnly: false, why: DEFAULT },
    hostname: null,
    environment: [],
    namespaces: null,
    idmap: [],
    capabilities: { mode: 'drop', names: [], why: DEFAULT },
    noNewPrivs: set(false),
    mountAuto: { proc: null, sys: null, cgroup: null, shmounts: null },
    mounts: [],
    dev: {
      autodev: set(true),
      tmpfsSize: set(500000),
      ttys: set(0),
      ttyDir: set(''),
      ptyMax: set(1024),
      console: set({ kind: 'pty' }),
      consoleLog: null,
    },
    cgroup: { values: [], shared: [], dir: null, container: null, inner: null, monitor: null, relative: set(false), pattern: null, translate: set(false) },
    rlimits: [],
    sysctls: [],
    proc: [],
    network: [],
    seccomp: null,
    landlock: null,
    personality: null,
    signals: { halt: set(30), reboot: set(2), stop: set(9) },
    stopTimeout: set(60),
    keyring: set(true),
    unenforced: [],
    allowMissing: [],
    ...changes,
  };
}

/** All 41 capabilities of a 6.x kernel. */
export const FULL = (1n << 41n) - 1n;

/** Root with every right, on a kernel with everything. */
export function aHost(changes: Partial<HostFacts> = {}): HostFacts {
  return {
    arch: 'x86_64',
    kernel: { release: '6.18.0', major: 6, minor: 18 },
    uid: 0,
    gid: 0,
    userName: 'root',
    capabilities: { effective: FULL, bounding: FULL },
    lastCapability: 40,
    namespaces: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'],
    initialUserNamespace: true,
    userNamespaceRefusal: null,
    cgroups: [],
    cgroupControllers: {},
    lsms: [],
    lsmsListed: false,
    apparmor: null,
    subuids: [],
    subgids: [],
    subIdFaults: [],
    newuidmap: null,
    newgidmap: null,
    helperFaults: { newuidmap: null, newgidmap: null },
    rlimits: { nofile: 4096n, nproc: null },
    procChildren: true,
    paths: {},
    runDir: '/run/holdfast',
    cacheDir: '/var/lib/holdfast',
    stateDir: '/var/lib/holdfast',
    ...changes,
  };
}

/** Alice, an ordinary user. */
export function alice(changes: Partial<HostFacts> = {}): HostFacts {
  return aHost({ uid: 1000, gid: 1000, userName: 'alice', capabilities: { effective: 0n, bounding: FULL }, ...changes });
}

/** Alice with ids granted and the helpers installed. */
export function aliceWithIds(changes: Partial<HostFacts> = {}): HostFacts {
  const granted = [{ first: 100000, count: 65536 }];
  return alice({ subuids: granted, subgids: granted, newuidmap: '/usr/bin/newuidmap', newgidmap: '/usr/bin/newgidmap', ...changes });
}

function argText(arg: Arg): string {
  if (typeof arg !== 'object') return String(arg);
  if ('text' in arg) return JSON.stringify(arg.text);
  if ('bytes' in arg) return `<${arg.note}>`;
  if ('flags' in arg) return arg.flags.length === 0 ? '0' : arg.flags.join('|');
  if ('slot' in arg) return `$${arg.slot}`;
  if ('buffer' in arg) return `&${arg.buffer}`;
  if ('struct' in arg)
    return `{${Object.entries(arg.fields)
      .map(([name, value]) => `${name}=${argText(value)}`)
      .join(' ')}}`;
  return 'sizeof' in arg ? `sizeof ${arg.sizeof}` : `[${arg.array.map(argText).join(' ')}]`;
}

export function actionText(action: Action): string {
  if ('compare' in action)
    return `${action.compare}+${action.offset}:${action.width}${action.mask === undefined ? '' : `&${action.mask}`} == ${typeof action.value === 'bigint' ? action.value : `${action.value.buffer}+${action.value.offset}`}`;
  if ('store' in action) return `${action.store}+${action.offset}:${action.width} := ${action.value}`;
  if ('builtin' in action) {
    const { builtin, ...rest } = action;
    return `<${builtin} ${JSON.stringify(rest)}>`;
  }
  const after = [
    action.expect === undefined ? '' : ` == ${action.expect}`,
    action.save === undefined ? '' : ` -> $${action.save}`,
    ...(action.tolerate ?? []).map((errno) => ` or ${errno}`),
  ];
  return `${action.sys}(${action.args.map(argText).join(', ')})${after.join('')}`;
}

/** `init bounding: drop CAP_SYS_MODULE from the bounding set [web:3]`, its actions indented below. */
export function stepLines(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ who, phase, what, why, actions }) => [
    `${who} ${phase}: ${what} [${originText(why)}]`,
    ...actions.map((action) => `  ${actionText(action)}`),
  ]);
}

/** `init bounding: drop CAP_SYS_MODULE from the bounding set` of each step. */
export function titles(steps: readonly Step[]): readonly string[] {
  return steps.map(({ who, phase, what }) => `${who} ${phase}: ${what}`);
}

/** `HF320 error: ... / help` of each finding. */
export function findingLines(found: readonly Diagnostic[]): readonly string[] {
  return found.map((one) => {
    const { message, help } = diagnosticText(one);
    return `${one.code} ${one.severity}${one.span ? ` :${one.span.line}` : ''}: ${message}${help === '' ? '' : ` / ${help}`}`;
  });
}

export function checkLines(checks: readonly Check[]): readonly string[] {
  return checks.map(({ path, field, line: row, expect }) => {
    const place = `${path}${field === undefined ? '' : ` ${field}:`}${row === undefined ? '' : ` ${row}`}`;
    return 'text' in expect ? `${place} ${expect.kind} '${expect.text}'` : `${place} ${expect.kind}`;
  });
}
