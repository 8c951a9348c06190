import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ARCHES } from '../../kernel/arch.ts';
import { callTargets } from './calls.ts';
import { IPC_CALLS, multiplexed, SOCKETCALLS } from './multiplexed.ts';

const NET = '/usr/include/linux/net.h';
const IPC = '/usr/include/linux/ipc.h';

function defined(path: string, pattern: RegExp): Record<string, number> {
  return Object.fromEntries([...readFileSync(path, 'utf8').matchAll(pattern)].map(([, name = '', number]) => [name.toLowerCase(), Number(number)]));
}

test.skipIf(!existsSync(NET))(`numbers of socketcall are those of ${NET} [needs linux-libc-dev]`, () => {
  expect(SOCKETCALLS).toEqual(defined(NET, /^#define SYS_(\w+)\s+(\d+)/gm));
});

test.skipIf(!existsSync(IPC))(`numbers of ipc are those of ${IPC} [needs linux-libc-dev]`, () => {
  expect(IPC_CALLS).toEqual(defined(IPC, /^#define ((?:SEM|MSG|SHM)\w+)\s+(\d+)/gm));
});

test('those that have the calls to do it through', () => {
  const having = (name: string) => ARCHES.filter((arch) => multiplexed(name, arch) !== null);
  expect(having('socket')).toEqual(['i386', 'ppc64', 'ppc', 's390x', 's390', 'mips', 'ppc64le', 'mipsel']);
  expect(having('msgget')).toEqual(having('socket'));
  expect(having('read')).toEqual([]);
});

test('targets are numbers, with what selects them', () => {
  expect(multiplexed('socket', 'i386')?.multiplexer).toBe('socketcall');
  expect(multiplexed('shmat', 'i386')?.multiplexer).toBe('ipc');
  expect(multiplexed('constructor', 'i386')).toBeNull();
  expect(multiplexed('socket', 'arm')).toBeNull();
  expect(callTargets('socket', 'x86_64')).toHaveLength(1);
  expect(callTargets('socket', 'i386').map(({ number }) => number)).toEqual([359, 102]);
  expect(callTargets('semop', 'i386').map(({ number }) => number)).toEqual([117]);
});
