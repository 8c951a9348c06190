// The steps every start has, whatever the configuration says: the frame into which the controls' steps are put.

import type { Origin } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { EnvironmentEntry, Step } from '../model/step.ts';

const NOTHING_INHERITED: Origin = { kind: 'law', text: 'what the caller happens to hold never leaks in' };
const NOTHING_LEFT: Origin = { kind: 'law', text: 'nothing left' };

export interface SkeletonOptions {
  readonly runDir: string;
  readonly guard: boolean;
  readonly detach: boolean;
  /** Text before and behind init's host pid in the state record. */
  readonly record: { readonly before: string; readonly after: string };
  readonly reaper: boolean;
}

/** PATH of a container whose configuration sets none; the one execvp(3) documents plus the sbin directories. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `PATH`, `container=lxc` (what container-aware init systems look for), TERM when there is one, then what was asked. */
export function environmentOf(spec: ContainerSpec): readonly EnvironmentEntry[] {
  const asked = new Map<string, EnvironmentEntry>();
  for (const { name, value } of spec.environment) {
    asked.set(name, value === null ? { inherit: name, optional: false } : `${name}=${value}`);
  }
  const defaults: readonly (readonly [string, EnvironmentEntry])[] = [
    ['PATH', `PATH=${DEFAULT_PATH}`],
    ['container', 'container=lxc'],
    ['TERM', { inherit: 'TERM', optional: true }],
  ];
  return [...defaults.filter(([name]) => !asked.has(name)).map(([, entry]) => entry), ...asked.values()];
}

function pathIn(environment: readonly EnvironmentEntry[]): string {
  const path = environment.find((entry): entry is string => typeof entry === 'string' && entry.startsWith('PATH='));
  return path?.slice('PATH='.length) ?? DEFAULT_PATH;
}

/** The files of a running container: its lock, and the record that tells others what runs. */
export function runFiles(runDir: string, name: string): { readonly lock: string; readonly record: string } {
  return { lock: `${runDir}/${name}.lock`, record: `${runDir}/${name}.json` };
}

/** Every directory from the first level on: `/a/b` gives `/a`, `/a/b`. */
function levels(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

/** The monitor's and init's own steps around those of the controls. */
export function skeleton(spec: ContainerSpec, options: SkeletonOptions): readonly Step[] {
  const files = runFiles(options.runDir, spec.name);
  const environment = environmentOf(spec);
  const argv = spec.init.argv.value;
  const file = argv[0] ?? '';
  const steps: Step[] = [
    {
      who: 'monitor',
      phase: 'claim',
      what: 'block signals, open 0-2 where they are closed, close every other descriptor, clear the umask',
      why: NOTHING_INHERITED,
      actions: [{ builtin: 'normalise' }],
    },
  ];
  if (options.guard || options.detach) {
    steps.push({
      who: 'monitor',
      phase: 'claim',
      what: options.guard
        ? 'start the monitor as PID 1 of a PID namespace of its own, so that the kernel ends everything below it when it dies'
        : 'start the monitor as a process of its own',
      why: NOTHING_LEFT,
      actions: [{ builtin: 'guard' }],
      hints: { EPERM: 'a PID namespace needs CAP_SYS_ADMIN', ENOSPC: 'too many nested PID namespaces, or user.max_pid_namespaces is reached', EAGAIN: 'the limit on processes is reached' },
    });
  }
  steps.push(
    {
      who: 'monitor',
      phase: 'claim',
      what: `make the directory for running containers ${options.runDir}`,
      why: { kind: 'default', text: 'one lock and one record for each running container' },
      actions: levels(options.runDir).map((path) => ({
        sys: 'mkdirat' as const,
        args: [{ flags: ['AT_FDCWD' as const] }, { text: path }, path === options.runDir ? 0o700 : 0o755],
        tolerate: ['EEXIST' as const],
      })),
    },
    {
      who: 'monitor',
      phase: 'claim',
      what: `claim the name ${spec.name}`,
      why: { kind: 'law', text: 'one container of a name at a time' },
      actions: [{ builtin: 'claim', ...files }],
      undo: [{ builtin: 'unclaim', ...files }],
      hints: { EAGAIN: `a container named ${spec.name} is running or starting`, EACCES: 'another user holds this directory', ELOOP: 'the lock must not be a symbolic link' },
    },
    {
      who: 'monitor',
      phase: 'claim',
      what: 'open the channel to init and the signal descriptor',
      why: { kind: 'default', text: 'the monitor waits with ppoll, never blind' },
      actions: [{ builtin: 'channels' }],
    },
    { who: 'monitor', phase: 'release', what: 'let init go on', why: { kind: 'default', text: 'init waits until what is outside is ready' }, actions: [{ builtin: 'release' }] },
    {
      who: 'monitor',
      phase: 'ready',
      what: 'wait until init runs, record it, serve until it ends, then undo',
      why: NOTHING_LEFT,
      actions: [{ builtin: 'serve', record: files.record, ...options.record }],
    },
    { who: 'init', phase: 'go', what: "die with the monitor, and wait for the monitor's word", why: NOTHING_LEFT, actions: [{ builtin: 'await-go' }] },
  );
  if (options.reaper) {
    steps.push({
      who: 'init',
      phase: 'session',
      what: 'leave a minimal PID 1 behind that reaps and forwards signals, without any capability',
      why: { kind: 'default', text: 'an ordinary command is no init: as PID 1 it would ignore signals and leave zombies' },
      actions: [{ builtin: 'reaper' }],
    });
  }
  steps.push(
    {
      who: 'init',
      phase: 'session',
      what: 'begin a session of its own, on the console where the caller has a terminal',
      why: { kind: 'law', text: "the caller's terminal never reaches the container (CVE-2016-10124)" },
      actions: [{ builtin: 'session', controllingTerminal: spec.init.reaper }],
    },
    {
      who: 'init',
      phase: 'last',
      what: `find ${file}`,
      why: spec.init.argv.why,
      actions: [{ builtin: 'find-init', file, path: pathIn(environment) }],
      hints: { ENOENT: 'there is no such file in the container', EACCES: 'it is not an executable file', ENOTDIR: 'there is no such file in the container' },
    },
    {
      who: 'init',
      phase: 'last',
      what: 'reset signals and umask, mark every descriptor above 2 to be closed, report ready',
      why: NOTHING_INHERITED,
      actions: [{ builtin: 'hand-over' }],
    },
    {
      who: 'init',
      phase: 'exec',
      what: `execute ${argv.join(' ')}`,
      why: spec.init.argv.why,
      actions: [{ builtin: 'exec', argv, environment }],
      hints: {
        ENOENT: 'its interpreter (#! line or dynamic loader) is not in the container',
        ENOEXEC: 'not an executable of this machine, or a script without a #! line',
        EACCES: 'it is not executable, or lies on a file system mounted noexec',
      },
    },
  );
  return steps;
}
