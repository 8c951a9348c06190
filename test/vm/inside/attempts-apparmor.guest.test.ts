// Attempts of root to get at the host, under AppArmor: LXC's own profile under lxc-start, and Holdfast's.

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import { ATTEMPT_LINES, deviceLines, equip, hostSocket, INIT, sideBySide, underSide, weaker } from '../../attempts/run.ts';
import { containers } from '../../support/live.ts';
import { needing } from '../../support/needs.ts';
import { COMPILED_LXC_PROFILES } from '../apparmor.ts';
import { show } from '../shown.ts';

const it = needing('root', 'busybox', 'apparmor', 'lxc');
const make = containers();
hostSocket();
beforeAll(() => writeFileSync('/sys/kernel/security/apparmor/.replace', readFileSync(`/run/vm/${COMPILED_LXC_PROFILES}`)));

it('under the same profile none succeeds that fails under LXC', async () => {
  const under = (profile: string) => {
    const container = make([...ATTEMPT_LINES, ...deviceLines(2), `lxc.init.cmd = ${INIT}`, `lxc.apparmor.profile = ${profile}`]);
    equip(container);
    return container;
  };
  const lxc = await underSide('LXC', under('lxc-container-default-cgns'));
  const holdfast = await underSide('Holdfast', under('lxc-container-default-cgns'));
  show(sideBySide(lxc, holdfast));
  expect(weaker(lxc, holdfast)).toEqual([]);
});
