// Containers that share a group: agreement, and nothing left behind by the last.

import { existsSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { stopContainer } from '../../src/runtime/stop.ts';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, holdfast, RUN_DIR, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { FILES, GROUP_NEEDS, LIMIT, linesIn, MEMORY, newGroup, valueOf } from '../support/shared-group.ts';

const make = containers();
const it = needing(...GROUP_NEEDS);
const inGroup = (group: string, lines: readonly string[] = [], init = 'exec sleep 60') => make(linesIn(group, lines), init);
const stop = ({ name }: TestContainer) => stopContainer(RUN_DIR, name, { kill: true, timeout: 0 });

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
