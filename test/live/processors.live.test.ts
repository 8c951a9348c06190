// A start stays on one processor until init executes; init and the monitor get back what their caller had.

import { cpus } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { planOf, writeLauncher } from '../support/container.ts';
import { containers } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const onCgroup1 = needing('root', 'busybox', 'cgroup1');
const make = containers();
const PROCESSORS = cpus().length;
const SHOW = 'grep Cpus_allowed_list /proc/self/status';
const listOf = (text: string) => /Cpus_allowed_list:\s*(\S+)/.exec(text)?.[1];
const ALL = PROCESSORS === 1 ? '0' : `0-${PROCESSORS - 1}`;

for (const [kind, lines, command] of [
  ['init', [], undefined],
  ['a mapped init', ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'], undefined],
  ['a command with a reaper', [], ['sh', '-c', `${SHOW}; cat /proc/1/status`]],
] as const) {
  describe(kind, () => {
    it('has all processors where its caller had', async () => {
      const container = make([...lines], SHOW);
      const launcher = writeLauncher(container, planOf(container, command === undefined ? {} : { command }));
      const done = await run([launcher]);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect([...done.stdout.matchAll(/Cpus_allowed_list:\s*(\S+)/g)].map(([, list]) => list)).toEqual(command === undefined ? [ALL] : [ALL, ALL]);
    });

    it('has the one that its caller asked for', async () => {
      const container = make([...lines], SHOW);
      const launcher = writeLauncher(container, planOf(container, command === undefined ? {} : { command }));
      for (const processor of new Set([0, PROCESSORS - 1])) {
        const done = await run(['taskset', '-c', String(processor), launcher]);
        expect(done).toMatchObject({ code: 0, stderr: '' });
        expect(listOf(done.stdout)).toBe(String(processor));
      }
    });
  });
}

describe('a cpuset', () => {
  onCgroup1('that grows later gives init the new processors, since nobody asked for certain ones', async () => {
    const container = make(['lxc.cgroup.cpuset.cpus = 0'], `${SHOW}; read -r line; ${SHOW}`);
    const launcher = writeLauncher(container, planOf(container));
    const group = `/sys/fs/cgroup/cpuset/lxc.payload.${container.name}`;
    const grow = `for file in $(find ${group} -name cpuset.cpus | sort); do echo ${ALL} > $file; done`;
    const done = await run(['sh', '-c', `mkfifo $0; (sleep 0.5; ${grow}; echo go > $0) & exec ${launcher} <> $0`, join(container.lxcpath, 'go')]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect([...done.stdout.matchAll(/Cpus_allowed_list:\s*(\S+)/g)].map(([, list]) => list)).toEqual(['0', ALL]);
  });
});
