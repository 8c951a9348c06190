// Lines as kernels wrote them: 6.1 (AppArmor, SELinux), 6.18 (seccomp, Landlock).

import { expect, test } from 'vitest';
import { parseKernelMessage } from './kernel-message.ts';
import { parseDaemonLine, parseKernelLine } from './line.ts';
import { parseLoss } from './loss.ts';
import { parseRecord } from './parse-record.ts';
import type { AuditRecord } from './record.ts';

function read(message: string): AuditRecord | null {
  const line = parseKernelLine(message);
  if (line === null) throw new Error(`no audit line: ${message}`);
  return parseRecord(line);
}

const AT = 'audit(1795536785.092:16361):';

test('AppArmor', () => {
  const text = `audit: type=1400 ${AT} apparmor="DENIED" operation="mount" info="failed flags match" error=-13 profile="lxc-container-default-cgns" name="/mnt/" pid=152 comm="mount" fstype="proc" srcname="p" flags="rw, silent"`;
  const found = read(text);
  expect(found).toMatchObject({
    kind: 'apparmor',
    at: 1795536785092,
    serial: 16361,
    result: 'DENIED',
    operation: 'mount',
    profile: 'lxc-container-default-cgns',
    name: '/mnt/',
    info: 'failed flags match',
    subject: { pid: 152, command: 'mount' },
  });
  expect(found?.kind === 'apparmor' && Object.fromEntries(found.details)).toEqual({ fstype: 'proc', srcname: 'p', flags: 'rw, silent' });
  expect(
    read(
      `audit: type=1400 ${AT} apparmor="DENIED" operation="open" profile="p" name=2F6120622F0A pid=1 comm="x" requested_mask="wc" denied_mask="wc" fsuid=0 ouid=0`,
    ),
  ).toMatchObject({
    name: '/a b/\n',
    requested: 'wc',
    denied: 'wc',
  });
});

test('SELinux', () => {
  const text = `audit: type=1400 ${AT} avc:  denied  { read open } for  pid=169 comm="busybox" name="rootfs" dev="tmpfs" ino=3 scontext=system_u:system_r:container_t:s0:c1,c2 tcontext=system_u:object_r:container_file_t:s0:c3,c4 tclass=dir permissive=0`;
  expect(read(text)).toMatchObject({
    kind: 'selinux',
    permissions: ['read', 'open'],
    source: 'system_u:system_r:container_t:s0:c1,c2',
    target: 'system_u:object_r:container_file_t:s0:c3,c4',
    targetClass: 'dir',
    permissive: false,
    subject: { pid: 169, command: 'busybox' },
  });
});

test('seccomp, with a label and a program that has been removed', () => {
  const text = `audit: type=1326 ${AT} auid=4294967295 uid=1879048192 gid=0 ses=4294967295 subj=lxc-web (enforce) pid=16095 comm="19" exe=2F7661722F782028642A29 sig=31 arch=c000003e syscall=59 compat=0 ip=0x7f38 code=0x80000000`;
  expect(read(text)).toMatchObject({
    kind: 'seccomp',
    arch: 0xc000003e,
    syscall: 59,
    action: 0x80000000,
    subject: { pid: 16095, uid: 1879048192, command: '19', program: '/var/x (d*)', label: 'lxc-web' },
  });
});

test('Landlock, its domain, and the call', () => {
  expect(read(`audit: type=1423 ${AT} domain=13435176d blockers=fs.make_reg,fs.refer path="/tmp/nope" dev="vda" ino=2146444`)).toMatchObject({
    kind: 'landlock',
    domain: '13435176d',
    blockers: ['fs.make_reg', 'fs.refer'],
  });
  expect(read(`audit: type=1424 ${AT} domain=13435176d status=allocated mode=enforcing pid=24649 uid=0 exe="/bin/x" comm="x"`)).toMatchObject({
    kind: 'landlock-domain',
    status: 'allocated',
    subject: { pid: 24649 },
  });
  expect(
    read(
      `audit: type=1300 ${AT} arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c items=0 ppid=1 pid=24649 tty=(none) comm="x" exe="/bin/x" key=(null)`,
    ),
  ).toMatchObject({
    kind: 'call',
    syscall: 257,
  });
});

test.each([
  `audit: type=1327 ${AT} proctitle=7368`,
  `audit: type=1400 ${AT} avc:  granted  { read } for  pid=1`,
  `audit: type=1400 ${AT} apparmor="STATUS" operation="profile_load"`,
  `audit: type=1326 ${AT} sig=31 arch=zzz syscall=59 code=0x0`,
  `audit: type=1423 ${AT}`,
])('is none: %s', (text) => {
  expect(read(text)).toBeNull();
});

test('a line of auditd, by name and by number', () => {
  expect(parseDaemonLine('type=AVC msg=audit(1795536785.092:7): avc:  denied  { x } for pid=1')).toMatchObject({ type: 1400, at: 1795536785092, serial: 7 });
  expect(parseDaemonLine('node=a.b type=UNKNOWN[1423] msg=audit(1.002:7): domain=1 blockers=ptrace')).toMatchObject({ type: 1423, at: 1002 });
  expect(parseDaemonLine('type=USER_LOGIN msg=audit(1.002:7): pid=1')).toBeNull();
});

test('only the kernel tells of denials: what a program wrote into its log counts for nothing', () => {
  expect(parseKernelMessage('5,1234,36653442411,-;audit: x\n SUBSYSTEM=y')).toEqual({ sequence: 1234, microseconds: 36653442411, text: 'audit: x' });
  expect(parseKernelMessage(String.raw`4,1,2,-,caller=T1;a\x0ab\x5cc`)?.text).toBe('a\nb\\c');
  expect(parseKernelMessage('12,1234,36653442411,-;audit: type=1400 audit(1.000:1): apparmor="DENIED"')).toBeNull();
  expect(parseKernelMessage(' SUBSYSTEM=y')).toBeNull();
});

test('what was lost', () => {
  expect(parseLoss('kauditd_printk_skb: 2729 callbacks suppressed', 7)).toEqual({ kind: 'loss', at: 7, count: 2729, reason: 'printk rate' });
  expect(parseLoss('audit: audit_lost=3 audit_rate_limit=0 audit_backlog_limit=64', 7)).toEqual({ kind: 'loss', at: 7, count: null, reason: 'audit backlog' });
  expect(parseLoss('audit: rate limit exceeded', 7)).toEqual({ kind: 'loss', at: 7, count: null, reason: 'audit rate' });
  expect(parseLoss('eth0: 5 callbacks suppressed', 7)).toBeNull();
});
