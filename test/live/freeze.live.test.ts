// Freezing: nothing in the container runs, its end still comes, and nobody who enters or looks is held up. Both freezers where the
// machine has both; the commands take the unified one.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { freezersOf, freezerState } from '../../src/runtime/freezer/groups.ts';
import { realGroupFiles } from '../../src/runtime/freezer/files.ts';
import { notFrozen } from '../../src/runtime/freezer/holders.ts';
import type { TestContainer } from '../support/container.ts';
import { containers, hasEnded, holdfast, leftOf, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const COUNTER = "trap 'echo asked > /tmp/asked; exit 0' PWR; i=0; while :; do i=$((i+1)); echo $i > /tmp/next; mv /tmp/next /tmp/count; sleep 0.02; done";

const LINES = ['lxc.cgroup.pids.max = 50', 'lxc.cgroup2.pids.max = 50'];

async function counting(lines: readonly string[] = LINES) {
  const container = make(lines, COUNTER);
  const { init, monitor } = await startDetached(container);
  const file = `${container.rootfs}/tmp/count`;
  const count = () => readFileSync(file, 'utf8');
  await until('it counts', () => existsSync(file));
  const goesOn = async () => {
    const before = count();
    await until('it goes on counting', () => count() !== before);
  };
  const stands = async () => {
    const before = count();
    await sleep(300);
    expect(count()).toBe(before);
  };
  return { container, init, monitor, goesOn, stands };
}

function freezersIn({ name }: TestContainer) {
  const state = stateOf(name);
  if (state.state !== 'running') throw new Error(`${name} is ${state.state}`);
  return freezersOf(state.record.cgroups);
}

const shown = async ({ name }: TestContainer) => {
  const info = JSON.parse((await holdfast(['info', '--json', name])).stdout) as { readonly state: string };
  const row = (JSON.parse((await holdfast(['ls', '--json', '--running'])).stdout) as { name: string; state: string }[]).find((one) => one.name === name);
  expect(row?.state).toBe(info.state);
  return info.state;
};

describe('freeze and unfreeze', () => {
  const it = needing('root', 'busybox');

  it('a counter stands still until it is thawed; ls and info say frozen; both are done twice without harm', async () => {
    const { container, goesOn, stands } = await counting();
    expect(await shown(container)).toBe('running');
    for (const words of [['freeze'], ['freeze']]) expect(await holdfast([...words, container.name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await stands();
    expect(await shown(container)).toBe('frozen');
    // Version 1 stops some where they sleep (Linux 6.1), which then look like those that cannot be stopped.
    for (const freezer of freezersIn(container).slice(0, 1)) if (freezer.version === 2) expect(notFrozen(freezer)).toEqual([]);
    for (const words of [['unfreeze'], ['unfreeze']]) expect(await holdfast([...words, container.name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await goesOn();
    expect(await shown(container)).toBe('running');
    for (const freezer of freezersIn(container)) expect(notFrozen(freezer)).not.toEqual([]);
  });

  it('nobody enters a frozen container: attach says what to do, and leaves nothing inside', async () => {
    const { container } = await counting();
    await holdfast(['freeze', container.name]);
    const done = await holdfast(['attach', container.name, '--', 'touch', '/tmp/entered'], { timeoutMs: 60_000 });
    expect(done).toMatchObject({
      code: 125,
      stdout: '',
      stderr: `holdfast: ${container.name} is frozen: thaw it first (holdfast unfreeze ${container.name})\n`,
    });
    await holdfast(['unfreeze', container.name]);
    expect(existsSync(`${container.rootfs}/tmp/entered`)).toBe(false);
    expect((await holdfast(['attach', container.name, '--', 'touch', '/tmp/entered'])).code).toBe(0);
  });

  it('a container that does not run cannot be frozen; one without groups says which line makes some', async () => {
    const bare = make(['lxc.cap.drop = sys_admin'], 'exec sleep 100');
    for (const word of ['freeze', 'unfreeze'])
      expect(await holdfast([word, bare.name])).toMatchObject({ code: 1, stderr: `holdfast: ${bare.name} is not running\n` });
    await startDetached(bare);
    const done = await holdfast(['freeze', bare.name]);
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr).toBe(
      `holdfast: ${bare.name} cannot be frozen: it has no control group of its own; write 'lxc.cgroup.dir = containers' (any name) into its configuration, which makes some, and start it again\n`,
    );
    // That line is enough.
    const placed = await counting(['lxc.cap.drop = sys_admin', 'lxc.cgroup.dir = containers-@NAME@']);
    expect(await holdfast(['freeze', placed.container.name])).toMatchObject({ code: 0 });
    await placed.stands();
  });
});

for (const version of [1, 2] as const) {
  describe(`stop of what version ${version} holds`, () => {
    const it = needing('root', 'busybox', ...(version === 1 ? (['cgroup1'] as const) : (['cgroup2-mount'] as const)));

    async function frozen() {
      const found = await counting();
      const freezer = freezersIn(found.container).find((one) => one.version === version);
      if (freezer === undefined) throw new Error(`no freezer of version ${version}`);
      writeFileSync(`${freezer.group}/${version === 1 ? 'freezer.state' : 'cgroup.freeze'}`, version === 1 ? 'FROZEN' : '1');
      await until('it is frozen', () => freezerState(freezer, realGroupFiles) === 'frozen');
      return found;
    }

    it('it is asked, thawed, and ends by itself', async () => {
      const { container, init } = await frozen();
      const done = await holdfast(['stop', '-t', '20', container.name]);
      expect(done).toMatchObject({ code: 0, stdout: '', stderr: `${container.name} was frozen, and was thawed to end\n` });
      expect(readFileSync(`${container.rootfs}/tmp/asked`, 'utf8')).toBe('asked\n');
      expect(hasEnded(init)).toBe(true);
      expect(await leftOf(container)).toEqual([]);
    });

    it('what a killed monitor leaves is ended by the next start', async () => {
      const { container, monitor, init } = await frozen();
      const held = version === 1 ? freezersIn(container).find((one) => one.version === 1)?.group : undefined;
      process.kill(monitor, 'SIGKILL');
      // Version 2 holds nothing back that was killed; version 1 holds it until it is thawed.
      if (held === undefined) await until('init has ended', () => hasEnded(init));
      else await until('the monitor has ended', () => hasEnded(monitor) || stateOf(container.name).state !== 'running');
      const again = await holdfast(['start', '-P', container.lxcpath, container.name]);
      expect(again.code, again.stderr).toBe(0);
      expect(hasEnded(init)).toBe(true);
    });

    it('with -k none of it runs again', async () => {
      const { container, init } = await frozen();
      const before = readFileSync(`${container.rootfs}/tmp/count`, 'utf8');
      expect(await holdfast(['stop', '-k', container.name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(`${container.rootfs}/tmp/count`, 'utf8')).toBe(before);
      expect(existsSync(`${container.rootfs}/tmp/asked`)).toBe(false);
      expect(hasEnded(init)).toBe(true);
      expect(await leftOf(container)).toEqual([]);
    });

    it('unfreeze thaws it, whoever froze it', async () => {
      const { container, goesOn } = await frozen();
      expect(await shown(container)).toBe('frozen');
      expect(await holdfast(['unfreeze', container.name])).toMatchObject({ code: 0, stderr: '' });
      await goesOn();
    });
  });
}
