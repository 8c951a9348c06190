// The steps that every launcher has, a start as well as an attach: what the caller hands down is normalised, a channel to
// the new process, the handshake, and the new process's way to its program.

import type { Origin } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { Action, Builtin, InitStep, Step } from '../model/step.ts';
import { environmentOf, pathIn } from './environment.ts';

export const NOTHING_INHERITED: Origin = { kind: 'law', text: 'what the caller happens to hold never leaks in' };
export const NOTHING_LEFT: Origin = { kind: 'law', text: 'nothing left' };

export interface ReaperOptions {
  readonly visible: boolean;
  /** How it gets the security labels (controls/labels). */
  readonly label: { readonly actions: readonly Action[]; readonly hints: NonNullable<InitStep['hints']> };
}

export interface FrameOptions {
  /** Has the monitor something to do for the new process before it may go on (maps of ids, limits)? */
  readonly waits: boolean;
  readonly guard: boolean;
  readonly detach: boolean;
  /** A minimal PID 1 in front of the program, and whether an ordinary user must be able to find it; null: none. */
  readonly reaper: ReaperOptions | null;
  /** Does the program get the console as its controlling terminal? An init system takes its own. */
  readonly controllingTerminal: boolean;
  /** Where the running container is written down; null: nowhere (attach). */
  readonly record: Extract<Builtin, { builtin: 'serve' }>['record'];
}

/** The frame around the controls' steps, to be put in order with them. */
export function frame(spec: ContainerSpec, options: FrameOptions): readonly Step[] {
  return [...monitorFrame(options), ...initFrame(spec, options)];
}

function monitorFrame(options: FrameOptions): readonly Step[] {
  const guard: Step = {
    who: 'monitor',
    phase: 'claim',
    what: options.guard
      ? 'start the monitor as PID 1 of a PID namespace of its own, so that the kernel ends everything below it when it dies'
      : 'start the monitor as a process of its own',
    why: NOTHING_LEFT,
    actions: [{ builtin: 'guard' }],
    hints: {
      EPERM: 'a PID namespace needs CAP_SYS_ADMIN',
      ENOSPC: 'PID namespaces are nested too deep, or user.max_pid_namespaces is reached',
      EAGAIN: 'the limit on processes is reached',
    },
  };
  const release: Step = {
    who: 'monitor',
    phase: 'release',
    what: 'let the new process go on',
    why: { kind: 'default', text: 'it waits until what is outside is ready' },
    actions: [{ builtin: 'release' }],
  };
  return [
    {
      who: 'monitor',
      phase: 'claim',
      what: 'block signals, open 0-2 where they are closed, close every other descriptor, clear the umask',
      why: NOTHING_INHERITED,
      actions: [{ builtin: 'normalise' }],
    },
    ...(options.guard || options.detach ? [guard] : []),
    {
      who: 'monitor',
      phase: 'open',
      what: 'open the channel to the new process',
      why: { kind: 'default', text: 'it tells what fails, and that it is ready' },
      actions: [{ builtin: 'channels' }],
    },
    ...(options.waits ? [release] : []),
    {
      who: 'monitor',
      phase: 'ready',
      what: options.record === null ? 'serve until it ends' : 'wait until init runs, record it, serve until it ends, then undo',
      why: NOTHING_LEFT,
      actions: [{ builtin: 'serve', record: options.record }],
      hints: { ESRCH: 'init ended while it was being set up: killed, perhaps by a memory limit that is too small' },
    },
  ];
}

function initFrame(spec: ContainerSpec, options: FrameOptions): readonly Step[] {
  const environment = environmentOf(spec);
  const { argv } = spec.init;
  const file = argv.value[0] ?? '';
  const reaper = ({ visible, label }: ReaperOptions): Step => ({
    who: 'init',
    phase: 'session',
    what: `leave a minimal PID 1 behind that reaps and forwards signals, without any capability${label.actions.length === 0 ? '' : ', under the same label'}`,
    why: { kind: 'default', text: 'an ordinary command is no init: as PID 1 it would ignore signals and leave zombies' },
    actions: [{ builtin: 'reaper', visible, label: label.actions }],
    hints: { ...label.hints, EAGAIN: 'the limit on processes is reached: this and the command are two' },
  });
  const notThere = 'there is no such file in the container';
  return [
    {
      who: 'init',
      phase: 'go',
      what: options.waits ? "die with the monitor, and wait for the monitor's word" : 'die with the monitor',
      why: NOTHING_LEFT,
      actions: [{ builtin: 'await-go', waits: options.waits }],
    },
    ...(options.reaper === null ? [] : [reaper(options.reaper)]),
    {
      who: 'init',
      phase: 'session',
      what: 'begin a session of its own, on a terminal of the container where the caller has one',
      why: { kind: 'law', text: "the caller's terminal never reaches the container (CVE-2016-10124)" },
      actions: [{ builtin: 'session', controllingTerminal: options.controllingTerminal }],
    },
    {
      who: 'init',
      phase: 'last',
      what: `find ${file}`,
      why: argv.why,
      actions: [{ builtin: 'find-init', file, path: pathIn(environment) }],
      hints: { ENOENT: notThere, ENOTDIR: notThere, EACCES: 'it is not an executable file' },
    },
    {
      who: 'init',
      phase: 'last',
      what: 'reset signals and umask, mark every descriptor above 2 to be closed, report ready',
      why: NOTHING_INHERITED,
      actions: [{ builtin: 'hand-over' }],
      hints: { ENODATA: 'a variable that the configuration passes on (lxc.environment = NAME) is not set here' },
    },
    {
      who: 'init',
      phase: 'exec',
      what: `execute ${argv.value.join(' ')}`,
      why: argv.why,
      actions: [{ builtin: 'exec', argv: argv.value, environment }],
      hints: {
        ENOENT: 'its interpreter (#! line or dynamic loader) is not in the container',
        ENOEXEC: 'not an executable of this machine, or a script without a #! line',
        EACCES: 'it is not an executable file, or lies on a file system mounted noexec',
        ELOOP: 'its #! line leads to itself, or its path through too many symbolic links',
        E2BIG: 'its words and variables are more than the kernel takes (a single one: 128 KiB)',
      },
    },
  ];
}
