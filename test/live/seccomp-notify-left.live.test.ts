// Law 4 for notified calls: whichever call of passing them on fails, and wherever the monitor or the courier dies, nothing hangs
// and nothing is left.

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { ERRNO } from '../../src/kernel/errno.gen.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Action } from '../../src/model/step.ts';
import { makeContainer, planOf, programOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { settle, type Snapshot, snapshot } from '../support/leftovers.ts';
import { writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { buildProxy, type ProxyProgram } from '../support/seccomp/proxy.ts';

const it = needing('root', 'busybox', 'gcc');
const LINES = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'lxc.environment = HOLDFAST_TEST=@NAME@', 'lxc.seccomp.notify.cookie = biscuit'];
/** Status 7, whatever comes of the calls. */
const INIT = 'for i in 1 2 3; do mknod /dev/n$i c 1 3 2> /dev/null; done; exit 7';
const TOUCHED = ['courier', 'end-courier', 'arm-courier', 'clone', 'await-go', 'serve', 'release'];

let program: ProxyProgram;
let container: TestContainer;
let plan: Plan;
let before: Snapshot;
let processes: Snapshot;
const where = () => ({
  launchers: [container.lxcpath],
  marker: `HOLDFAST_TEST=${container.name}`,
  ignore: new RegExp(`^(cgroup|file)(?!.*${container.name})|^(link|mount)`),
});

const onlyProcesses = () => ({ ...where(), ignore: /^(?!process)/ });

beforeAll(async () => {
  if (!needs('root', 'busybox', 'gcc').ok) return;
  program = buildProxy();
  await program.start('mknod');
  container = makeContainer(['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${program.address}`, ...LINES], INIT);
  writePolicy(container, '2\ndenylist\nmknod notify\nmknodat notify');
  plan = planOf(container);
  before = snapshot(where());
  processes = snapshot(onlyProcesses());
});
afterAll(async () => {
  await program?.end();
  program?.remove();
  container?.remove();
});

const isTouched = (action: Action): boolean =>
  'builtin' in action ? TOUCHED.includes(action.builtin) : 'sys' in action && /^(socket|connect|seccomp|mmap|unshare)$/.test(action.sys);
const marks = () => programOf(plan).marks.filter(({ mark }) => plan.steps[Math.floor(mark / 65536)]?.actions.some(isTouched) === true);

it('nothing, when it goes well', async () => {
  expect(await run([writeLauncher(container, plan)])).toMatchObject({ code: 7, stderr: '' });
  expect(await settle(before, where())).toEqual({ added: [], lost: [] });
});

it('nothing, when any one call fails', async () => {
  const injectable = marks().filter((one) => one.injectable);
  expect(injectable.length).toBeGreaterThan(40);
  let failed = 0;
  for (const { mark, sys } of injectable) {
    const path = writeLauncher(container, plan, { fault: { mark, errno: ERRNO.EIO.number } });
    const done = await run([path], { timeoutMs: 10_000 });
    rmSync(path);
    const at = `step ${Math.floor(mark / 65536)} (${plan.steps[Math.floor(mark / 65536)]?.what}), call ${mark % 65536}, ${sys}`;
    expect(done.timedOut, `${at}: hangs`).toBe(false);
    const said = done.stderr.includes('holdfast: ');
    expect(done.code === 7 ? !said || mark % 65536 >= 0x8000 : said, `${at}: exit ${done.code}, said: ${done.stderr}`).toBe(true);
    if (said) failed += 1;
    expect(await settle(before, where()), at).toEqual({ added: [], lost: [] });
  }
  expect(failed).toBeGreaterThan(15);
}, 300_000);

it('no process, when monitor or courier end at any of their calls', async () => {
  const points = marks().filter(({ who }) => who === 'monitor');
  expect(points.length).toBeGreaterThan(40);
  for (const { mark, sys } of points) {
    const path = writeLauncher(container, plan, { dieAt: mark });
    const done = await run([path], { timeoutMs: 10_000 });
    rmSync(path);
    const at = `ended before step ${Math.floor(mark / 65536)}, call ${mark % 65536}, ${sys}: ${done.stderr}`;
    expect(done.timedOut, at).toBe(false);
    expect(await settle(processes, onlyProcesses()), at).toEqual({ added: [], lost: [] });
  }
  const next = await run([writeLauncher(container, plan)]);
  expect(next.code, next.stderr).toBe(7);
  expect(await settle(before, where())).toEqual({ added: [], lost: [] });
}, 300_000);
