import { expect, test } from 'vitest';
import { learnedPolicy } from '../controls/seccomp/explain/index.ts';
import { CONSTANTS } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { SYSCALLS } from '../kernel/syscalls.gen.ts';
import { recordedCalls } from './recorded-calls.ts';

/** As the kernel fills it in. */
function notification(arch: number, nr: number, args: readonly bigint[] = []): Buffer {
  const { size, fields } = STRUCTS.seccomp_notif;
  const at = STRUCTS.seccomp_data.fields;
  const bytes = Buffer.alloc(size);
  bytes.writeInt32LE(nr, fields.data.offset + at.nr.offset);
  bytes.writeUInt32LE(arch, fields.data.offset + at.arch.offset);
  for (const [index, arg] of args.entries()) bytes.writeBigUInt64LE(arg, fields.data.offset + at.args.offset + 8 * index);
  return bytes;
}

const { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386 } = CONSTANTS;
const RECORD = Buffer.concat([
  notification(AUDIT_ARCH_X86_64, SYSCALLS.x86_64.read, [3n]),
  notification(AUDIT_ARCH_I386, SYSCALLS.i386.write, [1n, 0xffff_0000n, 3n]),
  // A 32-bit program that executes another: by a number that is munmap of x86_64.
  notification(AUDIT_ARCH_I386, SYSCALLS.i386.execve),
  notification(AUDIT_ARCH_I386, SYSCALLS.i386.socketcall, [1n, 0xffff_0000n]),
  notification(AUDIT_ARCH_X86_64, SYSCALLS.x32.read),
]);

test('what the kernel wrote is read back, without what is cut off', () => {
  expect(recordedCalls(RECORD)).toHaveLength(5);
  expect(recordedCalls(RECORD.subarray(0, -1))).toHaveLength(4);
  expect(recordedCalls(RECORD)[1]).toEqual({ nr: 4, arch: AUDIT_ARCH_I386, args: [1n, 0xffff_0000n, 3n, 0n, 0n, 0n] });
});

test('32-bit programs of a run have a section of their own', () => {
  expect(learnedPolicy(recordedCalls(RECORD), 'x86_64', 'a run')).toBe(`2
allowlist errno EPERM
# a run
[x86_64]
execve
read
[x32]
read
[x86]
execve
socketcall allow [0,0x1,&=,0xffffffff]
write
`);
});
