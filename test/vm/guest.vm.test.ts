// What a command in a guest can do: all of it in one guest, since each takes three seconds to boot.

import { readFileSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import { needing, needs } from '../support/needs.ts';
import { boot, type Booted } from './boot.ts';

const it = needing('vm');
const SCRIPT = `
cat /etc/hostname; echo changed > /etc/hostname; cat /etc/hostname; ls /run/tmp; pwd
ip link add v0 type veth peer name v1 && ip link add b0 type bridge && ip link show b0 > /dev/null && echo links
truncate -s 8M /run/disk; mke2fs -q /run/disk; mount -o loop /run/disk /mnt && stat -f -c %T /mnt
echo said >&2; echo told > /run/vm/told
head -c 3000000 /dev/zero; exit 7`;
let booted: Booted;

beforeAll(async () => {
  if (needs('vm').ok) booted = await boot({ lsm: 'none', cgroup: 'hybrid', command: SCRIPT, directory: '/usr/share' });
});
const lines = (): readonly string[] => booted.stdout.slice(0, booted.stdout.indexOf('\0')).trimEnd().split('\n');

it("a command sees this machine's files, and what it writes stays in the guest", () => {
  expect(lines().slice(0, 3)).toEqual([readFileSync('/etc/hostname', 'utf8').trim(), 'changed', '/usr/share']);
  expect(booted.stderr).toBe('said\n');
  expect(booted.file('told')).toBe('told\n');
  expect(booted.dmesg).toContain('Linux version');
});

it('loads modules that the kernel asks for', () => expect(lines().slice(3)).toEqual(['links', 'ext2/ext3']));

it('ends with the status of its command, whatever that has written', () => {
  expect(booted.ending).toEqual({ kind: 'ended', code: 7 });
  expect(booted.stdout).toHaveLength(lines().join('\n').length + 1 + 3_000_000);
});
