// A guest that is not what was asked for is told, whatever its command says: negative controls of every test that runs in one.

import { expect } from 'vitest';
import { needing } from '../support/needs.ts';
import { boot } from './boot.ts';

const it = needing('vm');

it('a permissive guest is not one that enforces', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', words: 'vm_enforcing=' });
  expect(booted.ending).toEqual({ kind: 'wrong guest', differences: ['SELinux enforcing: 0, not 1'] });
});

it('a guest without its policy is told, though it says that it enforces', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', withoutPolicy: true });
  expect(booted.ending).toMatchObject({ kind: 'wrong guest', differences: [expect.stringContaining('label of the first process: kernel')] });
});

it('a guest without the security module is told, and one with the other control groups', async () => {
  const booted = await boot({ lsm: 'apparmor', cgroup: 'v2', command: 'true', words: 'lsm=landlock,lockdown,yama,integrity,bpf vm_cgroup=v1' });
  expect(booted.ending).toEqual({
    kind: 'wrong guest',
    differences: ['security modules: none, not apparmor', expect.stringContaining('AppArmor enabled'), 'control groups: v1, not v2'],
  });
});

it('a policy that the kernel does not take ends the boot', async () => {
  const booted = await boot({ lsm: 'selinux', cgroup: 'v2', command: 'true', words: 'lsm=landlock,lockdown,yama selinux=0' });
  expect(booted.ending).toEqual({ kind: 'boot failed', message: 'this kernel has no SELinux to load the policy into' });
});
