// Law 4, nothing left: every single call of a launcher is made to fail in turn, and the monitor ends at every one of its calls.
// Afterwards there is no control group, mount, process, interface or file that was not there before, or the next start says
// that it cleaned up.

import { afterAll, beforeAll, describe, expect } from 'vitest';
import { rmSync } from 'node:fs';
import { needing } from '../support/needs.ts';
import { makeContainer, planOf, programOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { difference, settle, type Snapshot, snapshot } from '../support/leftovers.ts';
import { run } from '../support/run.ts';
import { ERRNO } from '../../src/kernel/errno.gen.ts';
import type { Plan } from '../../src/model/plan.ts';

const it = needing('root', 'busybox', 'cgroup1');

/** A start that uses every kind of step: groups with values, devices, a map of ids, sysctls, limits, a filter, terminals. */
const REPRESENTATIVE: Readonly<Record<string, readonly string[]>> = {
  privileged: [
    'lxc.cgroup.memory.limit_in_bytes = 134217728',
    'lxc.cgroup.devices.deny = a',
    'lxc.cgroup.devices.allow = c 1:3 rwm',
    'lxc.cgroup.devices.allow = c 5:* rwm',
    'lxc.cgroup.devices.allow = c 136:* rwm',
    'lxc.cap.drop = sys_module sys_time mac_admin',
    'lxc.prlimit.nofile = 512:1024',
    'lxc.sysctl.net.ipv4.ip_forward = 1',
    'lxc.tty.max = 2',
    'lxc.mount.entry = tmpfs mnt tmpfs size=64k,create=dir 0 0',
    'lxc.no_new_privs = 1',
  ],
  sharing: ['lxc.cgroup.dir = holdfast-left/@NAME@', 'holdfast.cgroup.parent.pids.max = 90', 'holdfast.cgroup.parent.cpuset.cpus = 0'],
  mapped: ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'lxc.cgroup.pids.max = 50'],
};

for (const [kind, lines] of Object.entries(REPRESENTATIVE)) {
  describe(`a ${kind} start`, () => {
    let container: TestContainer;
    let plan: Plan;
    let before: Snapshot;
    // Elsewhere than in CI other containers may come and go at the same time: then only what bears this one's name counts.
    const where = () => ({
      launchers: [container.lxcpath],
      marker: `HOLDFAST_TEST=${container.name}`,
      ...(process.env['CI'] === undefined ? { ignore: new RegExp(`^(cgroup|file)(?!.*${container.name})|^(link|mount)`) } : {}),
    });

    beforeAll(() => {
      container = makeContainer([...lines, 'lxc.environment = HOLDFAST_TEST=@NAME@'], 'exit 7');
      if (process.getuid?.() !== 0) return;
      plan = planOf(container);
      before = snapshot(where());
    });
    afterAll(() => container.remove());

    it('leaves nothing when it goes well', async () => {
      const done = await run([writeLauncher(container, plan)]);
      expect(done).toMatchObject({ code: 7, stderr: '' });
      expect(await settle(before, where())).toEqual({ added: [], lost: [] });
    });

    it('leaves nothing when any one call fails', async () => {
      const { marks } = programOf(plan);
      const injectable = marks.filter((one) => one.injectable);
      expect(injectable.length).toBeGreaterThan(100);
      let failed = 0;
      for (const { mark, sys } of injectable) {
        const path = writeLauncher(container, plan, { fault: { mark, errno: ERRNO.EIO.number } });
        const done = await run([path], { timeoutMs: 10_000 });
        rmSync(path);
        const at = `step ${Math.floor(mark / 65536)} (${plan.steps[Math.floor(mark / 65536)]?.what}), call ${mark % 65536}, ${sys}`;
        expect(done.timedOut, `${at}: hangs`).toBe(false);
        const said = done.stderr.includes('holdfast: ');
        // A call whose failure changes nothing lets init run; any other is told, and ends the start.
        expect(done.code === 7 ? !said || mark % 65536 >= 0x8000 : said, `${at}: exit ${done.code}, said: ${done.stderr}`).toBe(true);
        if (said) failed += 1;
        const left = await settle(before, where());
        if (mark % 65536 >= 0x8000) {
          // The undo itself failed: it says so, and the next start clears what is left.
          const next = await run([writeLauncher(container, plan)]);
          expect(next.code, `${at}: the start after it: ${next.stderr}`).toBe(7);
          expect(await settle(before, where()), at).toEqual({ added: [], lost: [] });
        } else expect(left, at).toEqual({ added: [], lost: [] });
      }
      expect(failed).toBeGreaterThan(100);
    }, 600_000);

    it('is cleaned up by the next start when the monitor is killed at any of its calls', async () => {
      const { marks } = programOf(plan);
      const points = marks.filter(({ who }) => who === 'monitor');
      expect(points.length).toBeGreaterThan(20);
      for (const { mark, sys } of points) {
        const path = writeLauncher(container, plan, { dieAt: mark });
        const done = await run([path], { timeoutMs: 10_000 });
        rmSync(path);
        const at = `killed before step ${Math.floor(mark / 65536)}, call ${mark % 65536}, ${sys}: ${done.stderr}`;
        expect(done.timedOut, at).toBe(false);
        const left = difference(before, snapshot(where())).added.filter((line) => line.startsWith('process') || line.startsWith('mount'));
        expect(left, `${at}: nothing may run or be mounted`).toEqual([]);
      }
      const next = await run([writeLauncher(container, plan)]);
      expect(next.code, next.stderr).toBe(7);
      expect(await settle(before, where())).toEqual({ added: [], lost: [] });
    }, 600_000);

    it('says that it cleans up after a killed monitor', async () => {
      // Init has run and ended, nothing is undone yet.
      const serving = plan.steps.length - 1;
      const at = programOf(plan).marks.find(({ sys, mark }) => Math.floor(mark / 65536) === serving && sys === 'waitid');
      await run([writeLauncher(container, plan, { dieAt: at?.mark ?? 0 })]);
      const next = await run([writeLauncher(container, plan)]);
      expect(next.code).toBe(7);
      expect(next.stderr).toContain('cleaning up');
    });
  });
}
