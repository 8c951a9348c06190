// Calls that can also be made through another one: socketcall(2) and ipc(2) of x86, s390, ppc and o32 of MIPS take what to do as
// their first argument. A rule about socket that forgets socketcall holds nothing there. arm has neither (only its old ABI had).

import { wordLayout } from '../../bpf/seccomp-data.ts';
import { type Arch, syscallTable } from '../../kernel/arch.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { AUDIT_ARCH, type Condition } from './policy.ts';

/** linux/net.h, SYS_*; a test compares with the header. */
export const SOCKETCALLS = {
  socket: 1,
  bind: 2,
  connect: 3,
  listen: 4,
  accept: 5,
  getsockname: 6,
  getpeername: 7,
  socketpair: 8,
  send: 9,
  recv: 10,
  sendto: 11,
  recvfrom: 12,
  shutdown: 13,
  setsockopt: 14,
  getsockopt: 15,
  sendmsg: 16,
  recvmsg: 17,
  accept4: 18,
  recvmmsg: 19,
  sendmmsg: 20,
} as const;

/** linux/ipc.h; a test compares with the header. */
export const IPC_CALLS = {
  semop: 1,
  semget: 2,
  semctl: 3,
  semtimedop: 4,
  msgsnd: 11,
  msgrcv: 12,
  msgget: 13,
  msgctl: 14,
  shmat: 21,
  shmdt: 22,
  shmget: 23,
  shmctl: 24,
} as const;

/** ipc(2) takes a version in the upper half of its first argument, and looks at the lower half only. */
const IPC_CALL_MASK = 0xffffn;
const EVERY_BIT = 0xffff_ffff_ffff_ffffn;
/** socketcall(2) takes an int: of the registers of s390x and ppc64 the kernel uses half. */
const LOW_HALF = 0xffff_ffffn;

export interface Multiplexed {
  readonly multiplexer: 'socketcall' | 'ipc';
  readonly selector: Condition;
}

const first = (mask: bigint, value: number): Condition => ({ kind: 'masked', argument: 0, mask, value: BigInt(value) });

function isWide(arch: Arch): boolean {
  return wordLayout(CONSTANTS[AUDIT_ARCH[arch]]).bits === 64;
}

/** How else this call can be made; null: in no other way. */
export function multiplexed(name: string, arch: Arch): Multiplexed | null {
  const table = syscallTable(arch);
  const socketcalls: Readonly<Record<string, number>> = SOCKETCALLS;
  const ipcCalls: Readonly<Record<string, number>> = IPC_CALLS;
  const socketcall = Object.hasOwn(table, 'socketcall') && Object.hasOwn(socketcalls, name) ? socketcalls[name] : undefined;
  if (socketcall !== undefined) return { multiplexer: 'socketcall', selector: first(isWide(arch) ? LOW_HALF : EVERY_BIT, socketcall) };
  const ipc = Object.hasOwn(table, 'ipc') && Object.hasOwn(ipcCalls, name) ? ipcCalls[name] : undefined;
  return ipc === undefined ? null : { multiplexer: 'ipc', selector: first(IPC_CALL_MASK, ipc) };
}
