// How a container ends, and that it does: exit statuses, signals to every process of a launcher, and nothing left of any of them.

import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { begin, childrenOf, containers, hasEnded, leftOf, startDetached, recorded, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const make = containers();
const launcherOf = (container: TestContainer, command?: readonly string[]): string =>
  writeLauncher(container, planOf(container, command === undefined ? {} : { command }));

describe('exit status', () => {
  for (const [script, code] of [
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
  ] as const) {
    it(`of init and of a command: ${script}`, async () => {
      expect(await startContainer(make([], script))).toMatchObject({ code, stderr: '' });
      expect(await startContainer(make([]), { command: ['sh', '-c', script] })).toMatchObject({ code, stderr: '' });
    });
  }

  it('128 + n when a signal ended the command', async () => {
    for (const [name, number] of [
      ['KILL', 9],
      ['TERM', 15],
      ['SEGV', 11],
    ] as const) {
      expect(await startContainer(make([]), { command: ['sh', '-c', `kill -${name} $$`] })).toMatchObject({ code: 128 + number });
    }
  });

  it('127 where there is no such command, 126 where it cannot be executed, 125 where the start fails; each says why', async () => {
    const container = make([]);
    writeFileSync(join(container.rootfs, 'bin/data'), 'no program');
    writeFileSync(join(container.rootfs, 'bin/garbage'), Buffer.from([1, 2, 3, 4, 5]), { mode: 0o755 });
    const expected = { '/bin/nothing': 127, nothing: 127, '/bin/data': 126, '/bin/garbage': 126, '/bin': 126 };
    for (const [command, code] of Object.entries(expected)) {
      const done = await startContainer(container, { command: [command] });
      expect(done.code, `${command}: ${done.stderr}`).toBe(code);
      expect(done.stderr).toMatch(new RegExp(`^holdfast: .*${command}.*\n$`));
    }
    const broken = launcherOf(container);
    rmSync(join(container.rootfs, 'proc'), { recursive: true });
    writeFileSync(join(container.rootfs, 'proc'), '');
    expect(await run([broken])).toMatchObject({ code: 125, stderr: expect.stringMatching(/^holdfast: .*\/proc.*: Not a directory/) });
  });

  it('of a missing interpreter: the file is there, and what it needs is named', async () => {
    const container = make([]);
    writeFileSync(join(container.rootfs, 'init'), '#!/bin/no-such-shell\n');
    chmodSync(join(container.rootfs, 'init'), 0o755);
    const done = await startContainer(container);
    expect(done.code).toBe(127);
    expect(done.stderr).toContain('its interpreter');
  });
});

describe('signals to the launcher', () => {
  for (const [signal, number] of [
    ['SIGTERM', 15],
    ['SIGINT', 2],
    ['SIGHUP', 1],
  ] as const) {
    it(`${signal} while a command runs reaches it, and the launcher ends as it does`, async () => {
      const container = make([]);
      const shell = `trap 'echo caught; exit 5' ${signal.slice(3)}; echo up; while :; do sleep 0.05; done`;
      const told = begin([launcherOf(container, ['sh', '-c', shell])]);
      await until('the trap is set', () => told.stdout().includes('up'));
      process.kill(told.pid, signal);
      expect(await told.ended).toMatchObject({ code: 5 });
      expect(told.stdout()).toContain('caught');
      const plain = begin([launcherOf(container, ['sh', '-c', 'echo up; exec sleep 60'])]);
      await until('it runs', () => plain.stdout().includes('up'));
      process.kill(plain.pid, signal);
      expect(await plain.ended).toMatchObject({ code: 128 + number });
      expect(await leftOf(container)).toEqual([]);
    });

    it(`${signal} at any moment of the start ends it, and nothing is left`, async () => {
      const container = make(['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'holdfast.stop.timeout = 0'], 'exec sleep 60');
      const launcher = launcherOf(container);
      for (let delay = 0; delay < 12; delay += 1) {
        const started = begin([launcher]);
        await sleep(delay);
        if (!hasEnded(started.pid)) process.kill(started.pid, signal);
        const { code, signal: killed } = await started.ended;
        // The very first instants are before signals are blocked.
        expect(killed === signal || (code ?? 0) >= 125, `after ${delay} ms: ${code} ${killed} ${started.stderr()}`).toBe(true);
      }
      expect(await leftOf(container)).toEqual([]);
    });
  }

  it('an init that ignores them is killed when its time is up, and not before', async () => {
    const container = make(['holdfast.stop.timeout = 1'], "trap '' TERM INT HUP PWR; echo up; while :; do sleep 0.05; done");
    const started = begin([launcherOf(container)]);
    await until('it runs', () => started.stdout().includes('up'));
    const before = performance.now();
    process.kill(started.pid, 'SIGTERM');
    expect(await started.ended).toMatchObject({ code: 137 });
    expect(performance.now() - before).toBeGreaterThan(900);
    expect(performance.now() - before).toBeLessThan(4000);
  });

  it('a second interrupt does not wait', async () => {
    const started = begin([launcherOf(make(['holdfast.stop.timeout = 30'], "trap '' TERM INT HUP PWR; echo up; while :; do sleep 0.05; done"))]);
    await until('it runs', () => started.stdout().includes('up'));
    const before = performance.now();
    process.kill(started.pid, 'SIGINT');
    await sleep(100);
    process.kill(started.pid, 'SIGINT');
    expect(await started.ended).toMatchObject({ code: 137 });
    expect(performance.now() - before).toBeLessThan(4000);
  });

  it('USR1 and the like are passed on as they are', async () => {
    const started = begin([launcherOf(make([], "trap 'echo usr1; exit 0' USR1; echo up; while :; do sleep 0.05; done"))]);
    await until('it runs', () => started.stdout().includes('up'));
    process.kill(started.pid, 'SIGUSR1');
    expect(await started.ended).toMatchObject({ code: 0 });
    expect(started.stdout()).toContain('usr1');
  });
});

describe('killed from outside', () => {
  const LINES: Readonly<Record<string, readonly string[]>> = {
    'host ids': [],
    'mapped ids': ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'],
    'user 1000': ['lxc.init.uid = 1000', 'lxc.init.gid = 1000'],
    limited: ['lxc.cgroup.pids.max = 50', 'lxc.cgroup2.pids.max = 50'],
  };
  for (const [kind, lines] of Object.entries(LINES)) {
    for (const who of ['outer process', 'monitor'] as const) {
      it(`SIGKILL to the ${who} ends every process of the container (${kind})`, async () => {
        const container = make(lines, 'sleep 60 & sleep 61 & echo up; wait');
        const started = begin([launcherOf(container)]);
        await until('it runs', () => started.stdout().includes('up'));
        const tree = descendants(started.pid);
        expect(tree.length).toBeGreaterThanOrEqual(4);
        const state = await recorded(container.name);
        const victim = who === 'monitor' ? state.monitor : started.pid;
        expect(tree.concat(started.pid)).toContain(victim);
        process.kill(victim, 'SIGKILL');
        await started.ended;
        await until('all have ended', () => tree.every(hasEnded), 3000);
        // The next start finds the name free, and says what it cleans up.
        const next = await startContainer(container, { command: ['true'] });
        expect(next.code, next.stderr).toBe(0);
        expect(next.stderr).toContain('cleaning up');
      });
    }
  }

  it('SIGKILL to the outer process at any moment of the start leaves no process, and the next start cleans up', async () => {
    const container = make(['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'], 'exec sleep 60');
    const launcher = launcherOf(container);
    for (let delay = 0; delay < 10; delay += 1) {
      const started = begin([launcher]);
      await sleep(delay);
      const tree = descendants(started.pid);
      process.kill(started.pid, 'SIGKILL');
      await started.ended;
      await until('all have ended', () => tree.every(hasEnded) && stateOf(container.name).state === 'stopped', 3000);
    }
    expect(await startContainer(container, { command: ['true'] })).toMatchObject({ code: 0 });
    expect(await leftOf(container)).toEqual([]);
  });

  it('SIGKILL to init ends the launcher with 137 and undoes', async () => {
    const container = make([], 'echo up; exec sleep 60');
    const started = begin([launcherOf(container)]);
    await until('it runs', () => started.stdout().includes('up'));
    const state = await recorded(container.name);
    process.kill(state.record.init, 'SIGKILL');
    expect(await started.ended).toMatchObject({ code: 137 });
    expect(await leftOf(container)).toEqual([]);
  });
});

describe('one name', () => {
  it('of two starts at once exactly one wins, the other says so, and the winner is not touched', async () => {
    const container = make([], 'while [ ! -e /go ]; do sleep 0.02; done; exit 3');
    const launcher = launcherOf(container);
    const go = join(container.rootfs, 'go');
    for (let pair = 0; pair < 20; pair += 1) {
      const both = [begin([launcher]), begin([launcher])];
      const first = await Promise.race(both.map(async (one) => ({ one, end: await one.ended })));
      expect(first.end, `pair ${pair}: ${first.one.stderr()}`).toMatchObject({ code: 125 });
      expect(first.one.stderr()).toContain(`a container named ${container.name} is running or starting`);
      await until('the other runs', () => stateOf(container.name).state === 'running');
      writeFileSync(go, '');
      const other = both.find((one) => one !== first.one);
      expect(await other?.ended, `pair ${pair}: ${other?.stderr()}`).toMatchObject({ code: 3 });
      expect(other?.stderr()).toBe('');
      rmSync(go);
      expect(existsSync(`/run/holdfast/${container.name}.lock`)).toBe(false);
    }
  });
});

describe('a command behind its reaper', () => {
  it('orphans are reaped, and the status is that of the command', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8; do (sleep 0.01 & ) ; done; sleep 0.3; grep -l "^State:.Z" /proc/[0-9]*/status | wc -l; exit 4';
    expect(await startContainer(make([]), { command: ['sh', '-c', script] })).toMatchObject({ code: 4, stdout: '0\n' });
  });

  it('what the command leaves running ends with it', async () => {
    const container = make([]);
    const done = await startContainer(container, { command: ['sh', '-c', 'sleep 77 & exit 2'] });
    expect(done.code).toBe(2);
    expect(await leftOf(container)).toEqual([]);
  });
});

describe('in the background', () => {
  it('megabytes of output do not block it, and its end leaves nothing', async () => {
    const container = make([], 'dd if=/dev/zero bs=64k count=80 | tr "\\0" x; echo done > /tmp/done; exit 0');
    await startDetached(container).catch((error: Error) => {
      if (!error.message.includes('exit 0, stopped')) throw error; // it may be over already
    });
    await until('it has written all', () => existsSync(join(container.rootfs, 'tmp/done')));
    await until('it has ended', () => stateOf(container.name).state === 'stopped');
    expect(await leftOf(container)).toEqual([]);
  });

  it("keeps nothing of its caller's: pipes, terminal, directory, session", async () => {
    const container = make([], 'exec sleep 60');
    const session = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[3];
    const launcher = writeLauncher(container, planOf(container, { detach: true }));
    const done = await run([launcher], { timeoutMs: 5_000, cwd: container.lxcpath });
    expect(done).toMatchObject({ code: 0, timedOut: false });
    const state = await recorded(container.name);
    const pipes = (pid: number) => readdirSync(`/proc/${pid}/fd`).filter((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('pipe:'));
    for (const pid of [state.monitor, state.record.init]) {
      // the pipe that tells the first process is closed a moment after it was told
      await until(`process ${pid} has no pipe`, () => pipes(pid).length === 0);
      expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
      expect(
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')[3],
      ).not.toBe(session);
    }
  });

  it('a start that fails says so and ends as in the foreground', async () => {
    const container = make([]);
    const launcher = writeLauncher(container, planOf(container, { detach: true }));
    rmSync(join(container.rootfs, 'init'));
    const done = await run([launcher]);
    expect(done.code).toBe(127);
    expect(done.stderr).toMatch(/^holdfast: .*\/init/);
    expect(await leftOf(container)).toEqual([]);
  });
});

function descendants(pid: number): readonly number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}
