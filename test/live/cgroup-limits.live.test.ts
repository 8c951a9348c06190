// Every value lands or the start fails: what files say from outside, translation, devices by name, and a value that did not land.

import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { containers, holdfast, startDetached, stateOf } from '../support/live.ts';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const make = containers();
const it = needing('root', 'busybox', 'cgroup1');
const withCommand = needing('root', 'busybox', 'cgroup1');

/** A file of a running container's group. */
function valueOf({ name }: TestContainer, file: string): string {
  const state = stateOf(name);
  if (state.state !== 'running') throw new Error(`${name} does not run`);
  const controller = file.split('.')[0] ?? '';
  const group = state.record.cgroups.find(({ controllers }) => controllers.includes(controller));
  return readFileSync(`${group?.limits ?? '/nowhere'}/${file}`, 'utf8').trim();
}

/** The whole disk that a file is on: its name below /dev and its numbers. */
function diskOf(path: string): { readonly name: string; readonly numbers: string } {
  const { dev } = statSync(path);
  const device = realpathSync(`/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`);
  const disk = existsSync(`${device}/partition`) ? dirname(device) : device;
  return { name: basename(disk), numbers: readFileSync(`${disk}/dev`, 'utf8').trim() };
}

describe('translation', () => {
  it('values of version 2 become limits of version 1, and the plan names both', async () => {
    const container = make(
      ['holdfast.cgroup.translate = 1', 'lxc.cgroup2.memory.max = 64M', 'lxc.cgroup2.pids.max = 40', 'lxc.cgroup2.cpu.weight = 100'],
      'exec sleep 60',
    );
    expect(planOf(container).steps.map(({ what }) => what)).toContain('set memory.limit_in_bytes = 64M (67108864), for memory.max = 64M');
    await startDetached(container);
    expect(valueOf(container, 'memory.limit_in_bytes')).toBe('67108864');
    expect(valueOf(container, 'pids.max')).toBe('40');
    expect(valueOf(container, 'cpu.shares')).toBe('1024');
  });

  withCommand('is off by default, and an option of commands', async () => {
    const container = make(['lxc.cgroup2.memory.max = 64M']);
    const words = [container.name, '-P', container.lxcpath];
    const refused = await holdfast(['run', ...words]);
    expect(refused.code).toBe(125);
    expect(refused.stderr).toContain("write 'lxc.cgroup.memory.limit_in_bytes = 64M', or let holdfast.cgroup.translate = 1 do it");
    expect((await holdfast(['run', ...words, '--translate-cgroups'])).code).toBe(0);
  });
});

describe('a value that did not land', () => {
  /** The plan with another text written than the one that is expected. */
  function spoiled(plan: Plan, from: string, to: string): Plan {
    const steps = plan.steps.map((step) => ({
      ...step,
      actions: step.actions.map((action) =>
        'sys' in action && action.sys === 'write'
          ? { ...action, args: action.args.map((arg) => (typeof arg === 'object' && 'text' in arg && arg.text === from ? { text: to } : arg)) }
          : action,
      ),
    }));
    return { ...plan, steps };
  }

  for (const [value, from, to] of [
    ['memory.limit_in_bytes = 134217728', '134217728', '134210000'],
    ['pids.max = 41', '41', '14'],
    ['cpu.shares = 9999', '9999', '9998'],
  ] as const) {
    it(`${value}: the start fails when the file says something else`, async () => {
      const container = make([`lxc.cgroup.${value}`], 'echo runs');
      const plan = planOf(container);
      expect(await run([writeLauncher(container, plan)])).toMatchObject({ code: 0, stdout: 'runs\n' });
      const done = await run([writeLauncher(container, spoiled(plan, from, to))]);
      expect(done.stderr).toContain(`set ${value}: the kernel does not confirm it`);
      expect(done).toMatchObject({ code: 125, stdout: '' });
    });
  }
});

describe('errors of the kernel', () => {
  it('a file that is not there is told with its line and the name that is near', async () => {
    const done = await startContainer(make(['lxc.cgroup.memory.limit_in_byte = 64M'], 'echo runs'));
    expect(done).toMatchObject({ code: 125, stdout: '' });
    expect(done.stderr).toMatch(/config:\d+: set memory.limit_in_byte = 64M: No such file or directory.*did you mean 'memory.limit_in_bytes' /);
  });

  it('memory and swap together below memory', async () => {
    const done = await startContainer(make(['lxc.cgroup.memory.memsw.limit_in_bytes = 32M', 'lxc.cgroup.memory.limit_in_bytes = 64M'], 'echo runs'));
    expect(done.code).toBe(125);
    expect(done.stderr).toContain('below memory.limit_in_bytes, which it includes');
  });
});

describe('block devices', () => {
  it('a throttle by the name of a disk binds reads', async () => {
    const limit = 2 * 1024 * 1024;
    const container = make(
      ['lxc.mount.entry = tmpfs tmp tmpfs size=64k,create=dir 0 0'],
      "cut -d' ' -f1 /proc/uptime; cat /data > /dev/null; cut -d' ' -f1 /proc/uptime",
    );
    // Two seconds' worth, on the disk and in no cache.
    const data = join(container.rootfs, 'data');
    execFileSync('dd', ['if=/dev/urandom', `of=${data}`, 'bs=1M', 'count=4', 'conv=fsync'], { stdio: 'ignore' });
    execFileSync('dd', [`of=${data}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' });
    const { name, numbers } = diskOf(data);
    appendFileSync(container.config, `lxc.cgroup.blkio.throttle.read_bps_device = /dev/${name} ${limit}\n`);
    expect(planOf(container).steps.map(({ what }) => what)).toContain(`set blkio.throttle.read_bps_device = ${numbers} ${limit}`);
    const [before = 0, after = 0] = (await startContainer(container)).stdout.trim().split('\n').map(Number);
    expect(after - before).toBeGreaterThan(1.2);
    expect(after - before).toBeLessThan(5);
  });
});
