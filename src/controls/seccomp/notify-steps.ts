// A policy that notifies -> the steps that connect to the proxy and bring the filter's listener to the monitor (docs/adr/0006).
//
// The listener is a descriptor that seccomp(2) gives to init alone, and behind the filter nothing but execve may be needed. So a
// small process, the courier, shares init's table of descriptors: when init executes, the kernel gives init a copy, closes the
// listener there, wakes the courier by a robust futex, and the courier sends the listener to the monitor.

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { ProxySpec } from '../../model/notify.ts';
import type { Origin } from '../../model/origin.ts';
import type { SeccompSpec } from '../../model/spec.ts';
import type { Action, Arg, InitStep, MonitorStep, Step, SysCall } from '../../model/step.ts';
import { waitsKillably } from './killable.ts';
import { type LoadedFilter, loadFilter } from './load.ts';

export interface NotifyOptions {
  readonly container: ProxySpec['container'];
  readonly reconnects: boolean;
  /** The kernel's version: since 5.19 a caller whose question is under way is interrupted by nothing but its death. */
  readonly kernel: { readonly major: number; readonly minor: number };
}

/** LXC's patience with a proxy, in seconds. */
const PATIENCE = 30;

/** The bytes of struct sockaddr_un, not longer than needed: all of them count in an abstract name (unix(7)). */
export function socketAddress(path: string): Uint8Array {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`);
  return Buffer.concat([new Uint8Array(Uint16Array.of(CONSTANTS.AF_UNIX).buffer), name]);
}

/** The words for connect(2)'s errors. */
const UNREACHABLE: NonNullable<Step['hints']> = {
  ENOENT: 'the proxy is not there: start it first',
  ECONNREFUSED: 'no proxy listens there: start it first',
  EPROTOTYPE: 'the proxy must listen on a socket of type SOCK_SEQPACKET',
  EAGAIN: 'the proxy does not accept connections',
  EACCES: 'the socket of the proxy may be used by others only',
};

/** Everything but the filter itself, for start and attach alike. They stand behind the frame's steps of the same phase. */
export function notifySteps({ proxy, cookie }: SeccompSpec, { container, reconnects }: NotifyOptions, why: Origin): readonly MonitorStep[] {
  if (proxy === undefined) return [];
  const address = socketAddress(proxy.value);
  const spec: ProxySpec = { address, cookie: cookie?.value ?? '', container, reconnects, patience: PATIENCE };
  return [
    { who: 'monitor', phase: 'open', what: `connect to the proxy unix:${proxy.value}`, why: proxy.why, actions: connect(address), hints: UNREACHABLE },
    {
      who: 'monitor',
      phase: 'open',
      what: 'prepare for passing notified calls on to it',
      why,
      actions: prepare(),
      hints: { ENOSYS: 'this kernel has no seccomp notifications', EINVAL: 'this kernel has no seccomp notifications' },
    },
    {
      who: 'monitor',
      phase: 'open',
      what: "start a courier, which shares init's descriptors until it executes and then brings the filter's listener",
      why,
      actions: [{ builtin: 'courier', proxy: spec }],
      undo: [{ builtin: 'end-courier' }],
    },
    {
      who: 'monitor',
      phase: 'admit',
      what: 'leave the table of descriptors to init and the courier',
      why,
      actions: [
        { sys: 'unshare', args: [{ flags: ['CLONE_FILES'] }] },
        { sys: 'close', args: [{ slot: 'channel.init' }] },
      ],
    },
  ];
}

function connect(address: Uint8Array): readonly Action[] {
  return [
    { sys: 'socket', args: [{ flags: ['AF_UNIX'] }, { flags: ['SOCK_SEQPACKET', 'SOCK_CLOEXEC', 'SOCK_NONBLOCK'] }, 0], save: 'proxy' },
    { sys: 'connect', args: [{ slot: 'proxy' }, { bytes: address, note: 'its address' }, address.length] },
  ];
}

/** The sizes of this kernel's messages must be those that the launcher knows; the host's /proc stays open for the callers in it. */
function prepare(): readonly Action[] {
  const sizes: Arg = { buffer: 'notify.sizes', size: STRUCTS.seccomp_notif_sizes.size };
  const fields = STRUCTS.seccomp_notif_sizes.fields;
  return [
    { sys: 'seccomp', args: [{ flags: ['SECCOMP_GET_NOTIF_SIZES'] }, 0, sizes] },
    ...(['seccomp_notif', 'seccomp_notif_resp', 'seccomp_data'] as const).map(
      (name): Action => ({
        compare: 'notify.sizes',
        offset: fields[name].offset,
        width: 2,
        value: BigInt(STRUCTS[name].size),
        what: `the kernel's struct ${name} has ${STRUCTS[name].size} bytes`,
      }),
    ),
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: '/proc' }, { flags: ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: 'notify.proc' },
    { sys: 'getpid', args: [], save: 'monitor.pid' },
    { sys: 'pidfd_open', args: [{ slot: 'monitor.pid' }, 0], save: 'monitor.pidfd' },
    {
      sys: 'mmap',
      args: [0, PAGE, { flags: ['PROT_READ', 'PROT_WRITE'] }, { flags: ['MAP_SHARED', 'MAP_ANONYMOUS'] }, -1, 0],
      save: 'handover',
    },
  ];
}

/** What courier and init share besides descriptors: a futex and the listener's number. */
const PAGE = 4096;

const LISTENER = 'listener.made';

/** Loads the filter with a listener. */
export function listenStep({ filter, flags }: LoadedFilter, { kernel }: NotifyOptions, common: Omit<InitStep, 'who' | 'phase' | 'actions'>): InitStep {
  const own = ['SECCOMP_FILTER_FLAG_NEW_LISTENER', ...(waitsKillably(kernel) ? (['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] as const) : [])] as const;
  const listening: SysCall = { ...loadFilter(filter, [...own, ...flags]), save: LISTENER };
  return { who: 'init', phase: 'seccomp', ...common, actions: [{ builtin: 'arm-courier' }, listening, { builtin: 'leave-listener', listener: LISTENER }] };
}
