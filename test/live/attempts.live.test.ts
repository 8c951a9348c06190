// Attempts of root to get at the host, under Landlock: the same list under Debian's lxc-start, side by side.

import { expect } from 'vitest';
import { ATTEMPTS } from '../attempts/index.ts';
import { ATTEMPT_LINES, deviceLines, equip, hostObjects, INIT, sideBySide, titleOf, underSide, unexpected, weaker } from '../attempts/run.ts';
import { containers } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';

const make = containers();
hostObjects();

needing('root')('the list is long enough, and no attempt is in it twice', () => {
  expect(ATTEMPTS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(ATTEMPTS.map(titleOf)).size).toBe(ATTEMPTS.length);
});

needing(
  'root',
  'busybox',
  'landlock',
  'lxc',
)('under Landlock each ends as it must, and none succeeds that fails under LXC', async () => {
  const lines = [...ATTEMPT_LINES, ...deviceLines(needs('cgroup1').ok ? 1 : 2), `lxc.init.cmd = ${INIT}`];
  const [lxc, holdfast] = [make(lines), make([...lines, 'holdfast.landlock = default'])];
  for (const container of [lxc, holdfast]) equip(container);
  const [theirs, ours] = [await underSide('LXC', lxc), await underSide('Holdfast', holdfast)];
  process.stdout.write(sideBySide(theirs, ours));
  expect(unexpected('landlock', ours)).toEqual([]);
  expect(weaker(theirs, ours)).toEqual([]);
});
