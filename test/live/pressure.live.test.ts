// Limits under real pressure. The configurations are of version 1 and say holdfast.cgroup.translate: the same bodies are of version 2
// where that is what the machine has (npm run vm -- --cgroup v2).

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { PROBES } from '../support/probes.ts';
import { run } from '../support/run.ts';

const make = containers();
const it = needing('root', 'busybox', PROBES.cgroup1() === null ? 'cgroup1' : 'cgroup2');
const TRANSLATE = 'holdfast.cgroup.translate = 1';

/** A file of the group with the container's limits. */
function fileOf({ name }: TestContainer, controller: string, file: string, which: 'limits' | 'path' = 'limits'): string {
  const state = stateOf(name);
  if (state.state !== 'running') throw new Error(`${name} does not run`);
  const group = state.record.cgroups.find(({ controllers }) => controllers.includes(controller));
  return readFileSync(`${group?.[which] ?? '/nowhere'}/${file}`, 'utf8').trim();
}

const numberIn = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 'NaN');
const available = (): number => Number(/^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024;

describe('memory', () => {
  it('what takes more is killed, what takes less is not, and the machine does not feel it', async () => {
    const before = available();
    const take = (size: string) => `dd if=/dev/zero of=/dev/null bs=${size} count=1 2>/dev/null; echo "${size} $?"`;
    const container = make(
      [TRANSLATE, 'lxc.cgroup.memory.limit_in_bytes = 32M', 'lxc.cgroup.memory.memsw.limit_in_bytes = 32M'],
      `${take('8M')}; ${take('200M')}; ${take('8M')}`,
    );
    const done = await startContainer(container);
    expect(done.stdout).toBe('8M 0\n200M 137\n8M 0\n');
    expect(available()).toBeGreaterThan(before - 256 * 1024 * 1024);
  });

  it('files in memory count too', async () => {
    const container = make(
      [
        TRANSLATE,
        'lxc.cgroup.memory.limit_in_bytes = 32M',
        'lxc.cgroup.memory.memsw.limit_in_bytes = 32M',
        'lxc.mount.entry = tmpfs tmp tmpfs size=400m,create=dir 0 0',
      ],
      'dd if=/dev/zero of=/tmp/a bs=1M count=200 2>/dev/null; echo $?',
    );
    const done = await startContainer(container);
    // dd is killed, or init itself: what dd wrote stays.
    expect([done.stdout, done.code]).not.toEqual(['0\n', 0]);
  });
});

describe('processes', () => {
  it('a fork bomb stays inside', async () => {
    // A shell whose fork is refused ends: so init itself forks no more, and a bomb goes off each second, from a shell that waits for it.
    const init =
      'mkfifo /tick; exec 3<>/tick; b() { b | b & }; for i in 1 2 3 4 5 6 7 8 9; do (read -t $i tick <&3; b 2>/dev/null) & done; while :; do wait; read -t 1 tick <&3; done';
    const container = make([TRANSLATE, 'lxc.cgroup.pids.max = 30'], init);
    await startDetached(container);
    // Version 1 counts in the group of the process that was refused, version 2 in the one with the limit (kernel/cgroup/pids.c).
    const refused = () => Math.max(...['limits', 'path'].map((which) => numberIn(fileOf(container, 'pids', 'pids.events', which as 'limits' | 'path'), 'max')));
    await until('the limit is hit', () => refused() > 100, 40_000);
    for (let look = 0; look < 20; look += 1) {
      expect(Number(fileOf(container, 'pids', 'pids.current'))).toBeLessThanOrEqual(30);
      await sleep(20);
    }
  });
});

describe('processors', () => {
  it('a quota is kept within a tenth over two seconds', async () => {
    // Its share of a busy machine is large, so that the quota and nothing else holds it back.
    const [quota, period] = [30_000, 100_000];
    const container = make(
      [TRANSLATE, `lxc.cgroup.cpu.cfs_quota_us = ${quota}`, `lxc.cgroup.cpu.cfs_period_us = ${period}`, 'lxc.cgroup.cpu.shares = 262144'],
      'while :; do :; done',
    );
    await startDetached(container);
    const look = () => {
      const stat = fileOf(container, 'cpu', 'cpu.stat');
      const used = /^usage_usec/m.test(stat) ? numberIn(stat, 'usage_usec') : Number(fileOf(container, 'cpuacct', 'cpuacct.usage')) / 1000;
      return { used, periods: numberIn(stat, 'nr_periods'), throttled: numberIn(stat, 'nr_throttled') };
    };
    await sleep(300);
    const before = look();
    const after = await until('two seconds of periods', () => {
      const now = look();
      return (now.periods - before.periods) * period >= 2_000_000 && now;
    });
    expect(after.throttled - before.throttled).toBeGreaterThan(0.8 * (after.periods - before.periods));
    const rate = (after.used - before.used) / ((after.periods - before.periods) * quota);
    expect(rate).toBeGreaterThan(0.9);
    expect(rate).toBeLessThan(1.1);
  });
});

describe('disks', () => {
  it('what is written is held back to its rate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-io-'));
    const image = join(folder, 'image');
    writeFileSync(image, Buffer.alloc(4 << 20));
    const device = execFileSync('losetup', ['-f', '--show', image], { encoding: 'utf8' }).trim();
    try {
      const numbers = `7:${device.slice('/dev/loop'.length)}`;
      // Directly to the device: what is only in memory is held back later, by others (blkio-controller.rst).
      const write = 'dd if=/dev/zero of=/dev/disk bs=256k count=8 oflag=direct 2>/dev/null || echo failed';
      const time = (label: string) => `read up rest < /proc/uptime; echo ${label} $up`;
      const lines = [TRANSLATE, 'lxc.mount.auto = proc', `lxc.mount.entry = ${device} dev/disk none bind,create=file 0 0`];
      const seconds = async (...limit: readonly string[]) => {
        const done = await startContainer(make([...lines, ...limit], `${time('from')}; ${write}; ${time('to')}`));
        const [, from, to] = /^from (\S+)\nto (\S+)\n$/.exec(done.stdout) ?? [];
        if (from === undefined) throw new Error(done.stdout + done.stderr);
        return Number(to) - Number(from);
      };
      const free = await seconds();
      const held = await seconds(`lxc.cgroup.blkio.throttle.write_bps_device = ${numbers} 1048576`);
      // Two megabytes at one a second; the first slice is free.
      expect(held).toBeGreaterThan(1.5);
      expect(held).toBeGreaterThan(free + 1);
    } finally {
      execFileSync('losetup', ['-d', device]);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('many starts', () => {
  it('leave no group, and no more dead ones than a few', async () => {
    const container = make(
      [TRANSLATE, 'lxc.cgroup.memory.limit_in_bytes = 32M', 'lxc.cgroup.pids.max = 20', `lxc.cgroup.dir = holdfast-many-${process.pid}`],
      'exit 0',
    );
    const dead = () => {
      const stat = '/sys/fs/cgroup/cgroup.stat';
      if (existsSync(stat)) return numberIn(readFileSync(stat, 'utf8'), 'nr_dying_descendants');
      return Number(/^memory\t\d+\t(\d+)/m.exec(readFileSync('/proc/cgroups', 'utf8'))?.[1]);
    };
    const launcher = writeLauncher(container, planOf(container));
    await run([launcher]);
    const before = dead();
    for (let round = 0; round < 40; round += 1) expect((await run([launcher])).code).toBe(0);
    // Others start containers on this machine too; a group a start that stayed would be 40 or 80.
    expect(dead() - before).toBeLessThan(30);
  });
});
