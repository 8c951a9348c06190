// Attempts of root to get at the host, under SELinux: a container's domain under lxc-start, and the same with categories of its own
// under Holdfast.

import { join } from 'node:path';
import { expect } from 'vitest';
import { realMachine } from '../../../src/host/machine.ts';
import { releaseCategories } from '../../../src/runtime/selinux/release.ts';
import { ATTEMPT_LINES, deviceLines, equip, hostObjects, INIT, sideBySide, toldOf, underSide, unexpected, weaker } from '../../attempts/run.ts';
import { containers } from '../../support/live.ts';
import { needing } from '../../support/needs.ts';
import { run } from '../../support/run.ts';
import { FILES, PROCESS, relabel } from '../../support/selinux.ts';
import { show } from '../shown.ts';

const it = needing('root', 'busybox', 'selinux', 'lxc');
const make = containers();
hostObjects();
const label = async (context: string, path: string) => expect(await run(['chcon', '-R', context, path])).toMatchObject({ code: 0 });

it('each ends as it must, and none succeeds that fails under LXC', async () => {
  const under = async (line: string) => {
    const container = make([...ATTEMPT_LINES, ...deviceLines(2), `lxc.init.cmd = ${INIT}`, line]);
    equip(container);
    await label(`${FILES}:c900,c901`, join(container.lxcpath, container.name, 'others'));
    return container;
  };
  const [theirs, ours] = [await under(`lxc.selinux.context = ${PROCESS}:c1,c2`), await under('holdfast.selinux.context = auto')];
  await label(`${FILES}:c1,c2`, theirs.rootfs);
  relabel(ours);
  try {
    const [lxc, holdfast] = [await underSide('LXC', theirs), await underSide('Holdfast', ours)];
    show(sideBySide(lxc, holdfast));
    expect(unexpected('selinux', holdfast)).toEqual([]);
    expect(weaker(lxc, holdfast)).toEqual([]);
    const told = toldOf(ours);
    expect(told.every(({ control, certainty }) => control === 'selinux' && certainty === 'certain')).toBe(true);
    expect(told.map(({ tried, remedy }) => `${tried}: ${remedy?.lines.join() ?? ''}`)).toEqual(
      expect.arrayContaining([
        'write the file core_pattern (sysctl_t): (allow container_t sysctl_t (file (write)))',
        'mount the file system / (proc_t): (allow container_t proc_t (filesystem (mount)))',
      ]),
    );
    expect(told.some(({ rule }) => rule.includes('the categories c900,c901, which container_t'))).toBe(true);
  } finally {
    releaseCategories(ours, realMachine());
  }
});
