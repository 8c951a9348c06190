import { expect, test } from 'vitest';
import type { AppArmorRecord } from '../../../audit/record.ts';
import { parseKernelLine } from '../../../audit/line.ts';
import { parseRecord } from '../../../audit/parse-record.ts';
import { explainAppArmor } from './index.ts';

function record(text: string): AppArmorRecord {
  const line = parseKernelLine(`audit: type=1400 audit(1.000:1): apparmor="DENIED" ${text} pid=7 comm="x"`);
  const found = line === null ? null : parseRecord(line);
  if (found?.kind !== 'apparmor') throw new Error(text);
  return found;
}

const GENERATED = { profile: 'generated', place: 'web/config:3', forbidden: () => null };

/** What is tried, and the rule. */
const CASES: readonly (readonly [text: string, tried: string, rule: string | null])[] = [
  [
    'operation="mount" info="failed flags match" error=-13 profile="p" name="/mnt/" fstype="proc" srcname="p" flags="rw, nosuid"',
    'mount a file system of type proc on /mnt/ (rw, nosuid)',
    'mount fstype=proc options=(rw, nosuid) p -> /mnt/',
  ],
  ['operation="mount" profile="p" name="/mnt/" srcname="/etc/" flags="rw, bind"', 'bind /etc/ to /mnt/ (rw, bind)', 'mount options=(rw, bind) /etc/ -> /mnt/'],
  [
    'operation="mount" profile="p" name="/proc/sys/" flags="rw, remount"',
    'change the flags of the mount on /proc/sys/ (rw, remount)',
    'mount options=(rw, remount) -> /proc/sys/',
  ],
  ['operation="mount" profile="p" name="/" flags="rw, rprivate"', 'change how mounts below / are shared (rw, rprivate)', 'mount options=(rw, rprivate) -> /'],
  ['operation="umount" profile="p" name="/proc/"', 'unmount /proc/', 'umount /proc/'],
  ['operation="pivotroot" profile="p" name="/new/" srcname="/new/old/"', 'make /new/ the root directory (pivot_root)', 'pivot_root oldroot=/new/old/ /new/'],
  [
    'operation="open" profile="p" name="/proc/sys/kernel/core_pattern" requested_mask="wc" denied_mask="wc"',
    'make and write /proc/sys/kernel/core_pattern',
    '/proc/sys/kernel/core_pattern w',
  ],
  ['operation="exec" profile="p" name="/bin/x" requested_mask="x" denied_mask="x"', 'execute /bin/x', '/bin/x ix'],
  ['operation="capable" profile="p" capability=21 capname="sys_admin"', 'use CAP_SYS_ADMIN', 'capability sys_admin'],
  [
    'operation="signal" profile="p" requested_mask="send" denied_mask="send" signal=kill peer="unconfined"',
    'send the signal kill to a process under unconfined',
    'signal (send) set=(kill) peer=unconfined',
  ],
  [
    'operation="ptrace" profile="p" requested_mask="read" denied_mask="read" peer="unconfined"',
    'look into a process under unconfined',
    'ptrace (read) peer=unconfined',
  ],
  [
    'operation="create" profile="p" family="inet" sock_type="raw" protocol=1 requested_mask="create" denied_mask="create"',
    'create a socket of inet, raw',
    'network inet raw',
  ],
  ['operation="userns_create" profile="p" requested="userns_create" denied="userns_create"', 'make a user namespace', 'userns'],
  ['operation="change_profile" profile="p" name="q"', 'change to the profile q', 'change_profile -> q'],
  // A file name that would end the rule and begin another.
  [
    'operation="open" profile="p" name=2F612C0A202F2A2A207277782C requested_mask="r" denied_mask="r"',
    'read /a,\n /** rwx,',
    String.raw`"/a\054\012 /\*\* rwx\054" r`,
  ],
  ['operation="open" profile="p" name=2F407B50524F437D2F2278 requested_mask="r" denied_mask="r"', 'read /@{PROC}/"x', String.raw`/\100\{PROC\}/\"x r`],
  ['operation="strange" profile="p"', "do 'strange' on something", null],
];

test.each(CASES)('%s', (text, tried, rule) => {
  const found = explainAppArmor(record(text), GENERATED);
  expect(found.tried).toBe(tried);
  expect(found.remedy?.lines ?? null).toEqual(rule === null ? null : [`lxc.apparmor.raw = ${rule},`]);
  expect(found.outcome).toBe('refused');
});

test('a profile of the host is changed itself', () => {
  const found = explainAppArmor(record('operation="umount" profile="mine" name="/proc/"'), { profile: 'mine', place: 'web/config:3', forbidden: null });
  expect(found.remedy?.lines).toEqual(['umount /proc/,']);
  expect(found.remedy?.where).toContain('the profile mine');
  expect(found.rule).toContain('(lxc.apparmor.profile = mine, web/config:3)');
});
