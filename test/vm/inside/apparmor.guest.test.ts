// AppArmor in a guest is at work: LXC's own profiles are entered, and deny what they say.

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import { needing } from '../../support/needs.ts';
import { COMPILED_LXC_PROFILES } from '../apparmor.ts';
import { kernelMessages, lxcContainers } from './lxc-container.ts';

const it = needing('root', 'apparmor', 'lxc', 'busybox');
const make = lxcContainers();

beforeAll(() => {
  // Otherwise a rule with the word `deny` denies without a message.
  writeFileSync('/sys/module/apparmor/parameters/audit', 'noquiet');
  writeFileSync('/sys/kernel/security/apparmor/.replace', readFileSync(`/run/vm/${COMPILED_LXC_PROFILES}`));
});

it('profiles that were compiled on the host are loaded and enforced', () => {
  expect(readFileSync('/sys/kernel/security/apparmor/profiles', 'utf8')).toContain('lxc-container-default-cgns (enforce)\n');
});

it('a container of LXC is under its profile, which denies mounts and kernel settings', async () => {
  const container = make('confined', ['lxc.apparmor.profile = lxc-container-default-cgns']);
  expect(await container.start()).toMatchObject({ code: 0 });
  expect(await container.label()).toBe('lxc-container-default-cgns (enforce)');
  const done = await container.attach('echo x > /proc/sys/kernel/core_pattern; mount -t proc p /mnt; mount -t tmpfs t /mnt && echo mounted');
  expect(done.stderr).toContain('/proc/sys/kernel/core_pattern: Permission denied');
  expect(done.stderr).toContain('mounting p on /mnt failed: Permission denied');
  expect(done.stdout).toBe('mounted\n');
  const messages = await kernelMessages();
  expect(messages).toMatch(/apparmor="DENIED" operation="mount" info="failed flags match" error=-13 profile="lxc-container-default-cgns" name="\/mnt\/"/);
  expect(messages).toMatch(/apparmor="DENIED" operation="open" .*name="\/proc\/sys\/kernel\/core_pattern"/);
});

it('an unconfined one may do both', async () => {
  const container = make('unconfined', ['lxc.apparmor.profile = unconfined']);
  expect(await container.start()).toMatchObject({ code: 0 });
  expect(await container.label()).toBe('unconfined');
  expect(await container.attach('cat /proc/sys/kernel/core_pattern > /proc/sys/kernel/core_pattern && mount -t proc p /mnt')).toMatchObject({ code: 0 });
});

it('a profile that is not loaded cannot be entered', async () => {
  const container = make('missing', ['lxc.apparmor.profile = no-such-profile']);
  expect(await container.start()).toMatchObject({ code: 1 });
});
