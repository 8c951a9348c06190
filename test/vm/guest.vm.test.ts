// The guests themselves: what a command in one can do, and that every way in which one can go wrong is told, each by its own name.

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

it('a panic is told, with what the kernel says', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo c > /proc/sysrq-trigger' });
  expect(booted.ending).toEqual({ kind: 'panic', message: 'sysrq triggered crash' });
});

it('a hang is told, and what was written until then', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo before; exec sleep 1000', timeoutMs: 30_000 });
  expect(booted.ending).toEqual({ kind: 'hang' });
  expect(booted.stdout).toBe('before\n');
});

it('an end without an exit status is told', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo o > /proc/sysrq-trigger; sleep 60' });
  expect(booted.ending).toEqual({ kind: 'no exit status' });
});

it('a permissive guest is not one that enforces', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', words: 'vm_enforcing=' });
  expect(booted.ending).toEqual({ kind: 'wrong guest', differences: ['SELinux enforcing: 0, not 1'] });
});

it('a guest without its policy is told, though it says that it enforces', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', withoutPolicy: true });
  expect(booted.ending).toMatchObject({ kind: 'wrong guest', differences: [expect.stringContaining('label of the first process: kernel')] });
});

it('a guest under another security module, or none, is told', async () => {
  const booted = await boot({ lsm: 'apparmor', cgroup: 'v2', command: 'true', words: 'lsm=landlock,lockdown,yama,integrity,bpf' });
  expect(booted.ending).toMatchObject({ kind: 'wrong guest', differences: expect.arrayContaining(['security modules: none, not apparmor']) });
});

it('a guest with the other control groups is told', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'true', words: 'vm_cgroup=v1' });
  expect(booted.ending).toEqual({ kind: 'wrong guest', differences: ['control groups: v1, not v2'] });
});

it('a policy that the kernel does not take ends the boot', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', words: 'lsm=landlock,lockdown,yama selinux=0' });
  expect(booted.ending).toEqual({ kind: 'boot failed', message: 'this kernel has no SELinux to load the policy into' });
});
