// The kernel's audit system while tests run: all messages written to the log, and what is told only while it is switched on.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { CONSTANTS as C } from '../../src/kernel/constants.gen.ts';
import { STRUCTS } from '../../src/kernel/structs.gen.ts';
import { createBuilder } from '../../src/launcher/builder.ts';
import { emit } from '../../src/launcher/emit.ts';

const RATE = '/proc/sys/kernel/printk_ratelimit';

/** Without it the kernel drops all but ten messages in five seconds. The setting is given back after the file's tests. */
export function everyMessage(): void {
  let before = '';
  beforeAll(() => {
    before = readFileSync(RATE, 'utf8');
    writeFileSync(RATE, '0');
  });
  afterAll(() => writeFileSync(RATE, before));
}

/** audit(7), AUDIT_SET with the first two words of struct audit_status. */
export function switchAudit(enabled: boolean): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-audit-'));
  try {
    const { size } = STRUCTS.nlmsghdr;
    const message = Buffer.alloc(size + 8);
    message.writeUInt32LE(message.length, 0);
    message.writeUInt16LE(C.AUDIT_SET, STRUCTS.nlmsghdr.fields.nlmsg_type.offset);
    message.writeUInt16LE(C.NLM_F_REQUEST | C.NLM_F_ACK, STRUCTS.nlmsghdr.fields.nlmsg_flags.offset);
    message.writeUInt32LE(C.AUDIT_STATUS_ENABLED, size);
    message.writeUInt32LE(enabled ? 1 : 0, size + 4);
    const b = createBuilder();
    b.sys('socket', [C.AF_NETLINK, C.SOCK_RAW, C.NETLINK_AUDIT], { to: 'socket', onError: 'failed' });
    b.sys('write', [{ kind: 'slot', name: 'socket' }, b.bytes(message), message.length], { onError: 'failed' });
    // struct nlmsgerr: the error stands behind the header.
    const answer = b.buffer('answer', 64);
    b.sys('read', [{ kind: 'slot', name: 'socket' }, answer, 64], { onError: 'failed' });
    b.branch({ kind: 'memory', blob: answer.blob, offset: size, width: 4, signed: true }, 'ne', 0, 'failed');
    b.exit(0);
    b.label('failed');
    b.exit(1);
    const program = join(folder, 'switch');
    writeFileSync(program, emit(b.program(), { arch: 'x86_64' }), { mode: 0o700 });
    if (spawnSync(program).status !== 0) throw new Error('the audit system takes no orders');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
