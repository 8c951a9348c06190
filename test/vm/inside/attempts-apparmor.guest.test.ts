// Attempts of root to get at the host, under AppArmor: LXC's own profile under lxc-start, and Holdfast's.

import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import { ATTEMPTS } from '../../attempts/index.ts';
import { ATTEMPT_LINES, deviceLines, equip, hostObjects, INIT, sideBySide, titleOf, toldOf, underSide, unexpected, weaker } from '../../attempts/run.ts';
import { containers } from '../../support/live.ts';
import { needing } from '../../support/needs.ts';
import { COMPILED_LXC_PROFILES } from '../apparmor.ts';
import { show } from '../shown.ts';

const it = needing('root', 'busybox', 'apparmor', 'lxc');
const make = containers();
hostObjects();
beforeAll(() => writeFileSync('/sys/kernel/security/apparmor/.replace', readFileSync(`/run/vm/${COMPILED_LXC_PROFILES}`)));

it('each ends as it must, and none succeeds that fails under LXC', async () => {
  const under = (profile: string, ...lines: readonly string[]) => {
    const container = make([...ATTEMPT_LINES, ...deviceLines(2), `lxc.init.cmd = ${INIT}`, `lxc.apparmor.profile = ${profile}`, ...lines]);
    equip(container);
    return container;
  };
  const lxc = await underSide('LXC', under('lxc-container-default-cgns'));
  const ours = under('generated');
  const holdfast = await underSide('Holdfast', ours);
  show(sideBySide(lxc, holdfast));
  expect(unexpected('apparmor', holdfast)).toEqual([]);
  expect(weaker(lxc, holdfast)).toEqual([]);
  const told = toldOf(ours);
  expect(told.every(({ control, certainty }) => control === 'apparmor' && certainty === 'certain')).toBe(true);
  expect(told.map(({ tried, remedy }) => `${tried}: ${remedy?.lines.join() ?? ''}`)).toContain(
    'mount a file system of type proc on /mnt/: lxc.apparmor.profile = NAME',
  );
  // The rule that is advised for one of them allows that one, and nothing else.
  const advised = told.find(({ tried }) => tried === 'write /proc/irq/default_smp_affinity')?.remedy?.lines ?? [];
  const again = await underSide('Holdfast', under('generated', ...advised));
  const changed = ATTEMPTS.flatMap((attempt, index) => (again.get(index)?.verdict === holdfast.get(index)?.verdict ? [] : [titleOf(attempt)]));
  expect(changed).toEqual(['write /proc/irq/default_smp_affinity']);
});
