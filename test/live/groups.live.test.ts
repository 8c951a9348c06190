// Containers that share a group: one limit for all of them, agreement, and nothing left behind by the last.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { stopContainer } from '../../src/runtime/stop.ts';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, holdfast, RUN_DIR, startDetached, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { PROBES } from '../support/probes.ts';
import { run } from '../support/run.ts';

const make = containers();
const isV1 = PROBES.cgroup1() === null;
const it = needing('root', 'busybox', isV1 ? 'cgroup1' : 'cgroup2');
/** The configurations are of version 1, and translated where the machine has version 2 only. */
const TRANSLATE = 'holdfast.cgroup.translate = 1';
const MEMORY = isV1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
const FILES = isV1
  ? { limit: 'memory.limit_in_bytes', most: 'memory.max_usage_in_bytes', events: 'memory.oom_control' }
  : { limit: 'memory.max', most: 'memory.peak', events: 'memory.events' };
let count = 0;
const newGroup = () => `holdfast-tenants-${process.pid}/g${(count += 1)}`;
const inGroup = (group: string, lines: readonly string[] = [], init = 'exec sleep 60') => make([TRANSLATE, `lxc.cgroup.dir = ${group}`, ...lines], init);
const LIMIT = 'holdfast.cgroup.parent.memory.limit_in_bytes';
const valueOf = (group: string, file: string) => readFileSync(`${MEMORY}/${group}/${file}`, 'utf8').trim();
const stop = ({ name }: TestContainer) => stopContainer(RUN_DIR, name, { kill: true, timeout: 0 });

interface Report {
  readonly values: Readonly<Record<string, string>>;
  readonly members: readonly { readonly name: string; readonly oomKills: number }[];
  readonly kills: readonly { readonly container: string; readonly command: string; readonly limited: string }[];
}
const reported = async (group: string): Promise<Report> => JSON.parse((await holdfast(['group', 'info', group, '--json'])).stdout) as Report;

describe('one limit for three', () => {
  it('together they cannot exceed it, and who was killed is told', async () => {
    const group = newGroup();
    const size = 64 * 1024 * 1024;
    // Holds 30 MB while its input stays open, then says whether it was let.
    const hold = '(head -c 30000000 /dev/zero; sleep 60) | tail -c 30000000 > /dev/null; echo $? > /tmp/told; exec sleep 60';
    const lines = [`${LIMIT} = 64M`, 'lxc.mount.entry = tmpfs tmp tmpfs size=64k,create=dir 0 0'];
    const three = [inGroup(group, lines, hold), inGroup(group, lines, hold), inGroup(group, lines, hold)];
    for (const one of three) await startDetached(one);
    const report = await until(
      'one is killed',
      () => {
        const used = Number(valueOf(group, FILES.most));
        expect(used).toBeLessThanOrEqual(size);
        return three.some(({ name }) => ['', '/inner'].some((inner) => killsOf(`${MEMORY}/${group}/lxc.payload.${name}${inner}`) > 0));
      },
      40_000,
    ).then(() => reported(group));
    expect(Number(valueOf(group, FILES.limit))).toBe(size);
    const hit = report.members.filter(({ oomKills }) => oomKills > 0).map(({ name }) => name);
    expect(hit.length).toBeGreaterThan(0);
    expect(hit.length).toBeLessThan(3);
    expect(report.kills.find(({ container }) => container === hit[0])).toMatchObject({ command: 'tail', limited: `/${group}` });
    expect((await holdfast(['group', 'info', group])).stdout).toMatch(
      /: tail \(process \d+\) in \/holdfast-tenants-.* was killed: the memory limit of \/holdfast-tenants-/,
    );
  });

  it('run tells of it at the end', async () => {
    const group = newGroup();
    const container = inGroup(group, [`${LIMIT} = 16M`], 'dd if=/dev/zero of=/dev/null bs=40M count=1; exit $?');
    const done = await holdfast(['run', container.name, '-P', container.lxcpath]);
    expect(done.code).toBe(137);
    expect(done.stderr).toContain(`holdfast: ${container.name}: dd (process `);
    expect(done.stderr).toContain(`was killed: the memory limit of /${group} was reached`);
  });
});

function killsOf(place: string): number {
  const file = `${place}/${FILES.events}`;
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('agreement', () => {
  it('the same value in other words joins, another is an error that names who asked first', async () => {
    const group = newGroup();
    const first = inGroup(group, [`${LIMIT} = 64M`]);
    await startDetached(first);
    await startDetached(inGroup(group, [`${LIMIT} = 67108864`]));
    await startDetached(inGroup(group));
    const other = inGroup(group, [`${LIMIT} = 32M`], 'echo runs');
    const done = await startContainer(other);
    expect(done).toMatchObject({ code: 125, stdout: '' });
    expect(done.stderr).toMatch(new RegExp(`config:\\d+: agree on ${FILES.limit} = 33554432 .*: it has 67108864 \\(${first.name}\\): .*must agree`));
    expect(valueOf(group, FILES.limit)).toBe('67108864');
  });

  it('a limit may come with a later container, and a change at run time is kept', async () => {
    const group = newGroup();
    await startDetached(inGroup(group));
    const second = inGroup(group, [`${LIMIT} = 64M`]);
    await startDetached(second);
    expect(valueOf(group, FILES.limit)).toBe('67108864');
    expect((await holdfast(['group', 'set', group, FILES.limit, '96M'])).stdout).toBe(`${FILES.limit} 100663296\n`);
    expect(valueOf(group, FILES.limit)).toBe('100663296');
    const third = await startContainer(inGroup(group, [`${LIMIT} = 64M`], 'echo runs'));
    expect(third.stderr).toContain(`check that ${FILES.limit} is 67108864`);
    expect(third.code).toBe(125);
    const wrong = await holdfast(['group', 'set', group, FILES.limit, 'much']);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toContain("does not take 'much': it is no value for this file");
    const climbing = await holdfast(['group', 'set', group, '../memory.limit_in_bytes', '1G']);
    expect(climbing.stderr).toContain('names no file of a control group');
    expect((await holdfast(['group', 'info', 'no/such'])).stderr).toContain('there is no group no/such');
  });

  it('CPUs of the group reach what is inside', async () => {
    const group = newGroup();
    const container = inGroup(group, ['holdfast.cgroup.parent.cpuset.cpus = 0'], 'grep Cpus_allowed_list /proc/self/status');
    expect((await startContainer(container)).stdout).toBe('Cpus_allowed_list:\t0\n');
  });
});

describe('the group', () => {
  it('stays while one runs, and goes with the last', async () => {
    const group = newGroup();
    const [first, second] = [inGroup(group, [`${LIMIT} = 64M`]), inGroup(group, [`${LIMIT} = 64M`])];
    await startDetached(first);
    await startDetached(second);
    expect(JSON.parse((await holdfast(['group', 'ls', '--json'])).stdout)).toContainEqual(expect.objectContaining({ name: group }));
    await stop(first);
    expect(valueOf(group, FILES.limit)).toBe('67108864');
    await stop(second);
    expect(existsSync(`${MEMORY}/${group}`)).toBe(false);
    expect(existsSync(`${MEMORY}/${group.split('/')[0]}`)).toBe(false);
  });

  it('starts and stops at the same time do not lose it', async () => {
    const group = newGroup();
    const made = Array.from({ length: 4 }, () => inGroup(group, [`${LIMIT} = 64M`], 'exit 7'));
    const launchers = made.map((one) => writeLauncher(one, planOf(one)));
    const rounds = await Promise.all(
      launchers.map(async (launcher) => {
        const codes: (number | null)[] = [];
        for (let round = 0; round < 8; round += 1) {
          const done = await run([launcher]);
          if (done.code !== 7) throw new Error(done.stderr);
          codes.push(done.code);
        }
        return codes;
      }),
    );
    expect(rounds.flat()).toHaveLength(32);
    expect(existsSync(`${MEMORY}/${group.split('/')[0]}`)).toBe(false);
  });
});
