// What is said of a container's use, against what it did and what the kernel's own files say: the same on both versions.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { ContainerUsage } from '../../src/model/usage.ts';
import { usage } from '../../src/runtime/usage/running.ts';
import { containers, holdfast, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const MIB = 2 ** 20;
const LINES = [
  'lxc.cgroup.memory.limit_in_bytes = 32M',
  'lxc.cgroup2.memory.max = 32M',
  'lxc.cgroup.pids.max = 12',
  'lxc.cgroup2.pids.max = 12',
  'lxc.cgroup.cpu.cfs_quota_us = 20000',
  'lxc.cgroup2.cpu.max = 20000 100000',
];

/** A file of the container's group in the hierarchy that has it, under its name in either version. */
function kernelSays(name: string, ...files: readonly string[]): string {
  const state = stateOf(name);
  const groups = state.state === 'running' ? state.record.cgroups : [];
  for (const { limits } of groups) {
    for (const file of files) {
      try {
        return readFileSync(`${limits}/${file}`, 'utf8').trim();
      } catch {
        // in another hierarchy, or of the other version
      }
    }
  }
  throw new Error(`no ${files.join(' or ')}`);
}

const info = async (name: string) => (JSON.parse((await holdfast(['info', '--json', name])).stdout) as { readonly usage: ContainerUsage }).usage;

describe('usage', () => {
  const it = needing('root', 'busybox');

  it('memory: what is used, the limit, and who was killed at it', async () => {
    const container = make(LINES, 'dd if=/dev/zero of=/tmp/x bs=1M count=10; dd if=/dev/zero of=/dev/null bs=64M count=1; touch /tmp/done; exec sleep 100');
    await startDetached(container);
    const found = await until('a process was killed', () => {
      const { memory } = usage(container.name);
      return (memory?.oomKills ?? 0) > 0 && memory !== null && memory;
    });
    expect(found).toMatchObject({ limit: 32 * MIB, oomKills: 1 });
    expect(found.limitHits).toBeGreaterThan(0);
    expect(found.peak ?? 32 * MIB).toBeGreaterThan(31 * MIB);
    const kernel = Number(kernelSays(container.name, 'memory.usage_in_bytes', 'memory.current'));
    expect(Math.abs(usage(container.name).memory?.used ?? 0) - kernel).toBeLessThan(MIB);
    expect((await info(container.name)).memory).toMatchObject({ limit: 32 * MIB, oomKills: 1 });
    expect((await holdfast(['info', container.name])).stdout).toMatch(/^memory: .* of 32\.0 MiB.*\nmemory limit: +reached .*killed for want of memory: 1$/m);
  });

  it('processor: time grows at the quota, and the throttling is told', async () => {
    const container = make(LINES, 'while :; do :; done');
    await startDetached(container);
    const first = usage(container.name);
    // On a busy machine it takes longer until the quota is what holds it back.
    const throttled = first.cpu?.throttling?.throttledPeriods ?? Infinity;
    const waited = () => {
      const now = usage(container.name);
      return now.at - first.at > 2000 && (now.cpu?.throttling?.throttledPeriods ?? 0) > throttled && now;
    };
    const last = await until('it was throttled', waited, 60_000);
    const processors = ((last.cpu?.total ?? 0) - (first.cpu?.total ?? 0)) / 1000 / (last.at - first.at);
    expect(last.cpu?.limit).toBe(0.2);
    expect(processors).toBeGreaterThan(0);
    expect(processors).toBeLessThan(0.25);
    expect(last.cpu?.throttling?.throttledPeriods).toBeGreaterThan(first.cpu?.throttling?.throttledPeriods ?? Infinity);
    expect(last.cpu?.throttling?.throttledTime).toBeGreaterThan(first.cpu?.throttling?.throttledTime ?? Infinity);
    const { user, system, total } = last.cpu ?? { user: 0, system: 0, total: 0 };
    // version 1 counts modes in ticks of 10 ms
    expect(Math.abs((user ?? 0) + (system ?? 0) - total)).toBeLessThan(100_000);
  });

  it('processes: how many there are, the limit, and how many more were refused', async () => {
    const container = make(LINES, 'n=0; while [ $n -lt 8 ]; do sleep 100 & n=$((n+1)); done; (while :; do sleep 100 & done); : > /tmp/done; exec sleep 100');
    await startDetached(container);
    // From then on nothing begins and nothing ends.
    await until('init is done', () => existsSync(join(container.rootfs, 'tmp/done')));
    const found = await until('forks were refused', () => {
      const { pids } = usage(container.name);
      return (pids?.refused ?? 0) > 0 && pids !== null && pids;
    });
    expect(found.limit).toBe(12);
    expect(found.current).toBe(11); // init, and all it could start but for the shell that was refused
    expect(usage(container.name).pids?.current).toBe(Number(kernelSays(container.name, 'pids.current')));
  });

  it('a container without groups: nothing is counted, and nothing is made up', async () => {
    const container = make(['lxc.cap.drop = sys_admin'], 'exec sleep 100');
    await startDetached(container);
    expect(await info(container.name)).toEqual({
      at: expect.any(Number),
      memory: null,
      swap: null,
      cpu: null,
      io: null,
      pids: null,
      pressure: { cpu: null, memory: null, io: null },
    });
    expect((await holdfast(['info', container.name])).stdout).not.toMatch(/memory|pids|null/);
  });
});

describe('pressure', () => {
  const it = needing('root', 'busybox', 'psi');

  it('is told for a container that waits for the processor', async () => {
    const container = make(LINES, 'while :; do :; done');
    await startDetached(container);
    const found = await until('it has waited', () => {
      const { pressure } = usage(container.name);
      return (pressure.cpu?.some.total ?? 0) > 0 && pressure;
    });
    expect(found.memory?.full).not.toBeNull();
    const [, total = ''] = /^some .* total=(\d+)$/m.exec(kernelSays(container.name, 'cpu.pressure')) ?? [];
    expect(Number(total)).toBeGreaterThanOrEqual(found.cpu?.some.total ?? Infinity);
  });
});
