// What a command in a guest can do.

import { expect } from 'vitest';
import { needing } from '../support/needs.ts';
import { boot, succeeded } from './boot.ts';

const it = needing('vm');

it("a command sees this machine's files, and what it writes stays in the guest", async () => {
  const command = 'cat /etc/hostname; echo changed > /etc/hostname; cat /etc/hostname; ls /run/tmp; pwd; echo said >&2; echo told > /run/vm/told';
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command, directory: '/usr/share' });
  expect(succeeded(booted)).toMatch(/^.+\nchanged\n\/usr\/share\n$/);
  expect(booted.stderr).toBe('said\n');
  expect(booted.file('told')).toBe('told\n');
  expect(booted.dmesg).toContain('Linux version');
});

it('loads modules that the kernel asks for', async () => {
  const command =
    'set -e; ip link add v0 type veth peer name v1; ip link add b0 type bridge; truncate -s 8M /run/disk; mke2fs -q /run/disk; mount -o loop /run/disk /mnt; stat -f -c %T /mnt';
  expect(succeeded(await boot({ lsm: 'none', cgroup: 'v1', command }))).toBe('ext2/ext3\n');
});

it('ends with the status of its command, whatever that has written', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'head -c 3000000 /dev/zero; exit 7' });
  expect(booted.ending).toEqual({ kind: 'ended', code: 7 });
  expect(booted.stdout).toHaveLength(3_000_000);
});
