// The same life through the built command: start, ls, info, verify, stop.

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, hasEnded, holdfast, leftOf, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'busybox');
const make = containers();
const STUBBORN = "trap '' TERM INT HUP PWR; while :; do sleep 0.05; done";
const POLITE = "trap 'exit 0' PWR; while :; do sleep 0.05; done";

const start = ({ name, lxcpath }: TestContainer, ...more: readonly string[]) => holdfast(['start', '-P', lxcpath, name, ...more]);

function pids(name: string): { readonly init: number; readonly monitor: number } {
  const state = stateOf(name);
  if (state.state !== 'running') throw new Error(`${name} is ${state.state}`);
  return { init: state.record.init, monitor: state.monitor };
}

describe('start, ls, info, verify, stop', () => {
  it('from start to stop', async () => {
    const container = make(['lxc.cap.drop = sys_module', 'lxc.prlimit.nofile = 500', 'lxc.no_new_privs = 1'], POLITE);
    const { name, lxcpath } = container;
    const ls = async () => (await holdfast(['ls', '-P', lxcpath])).stdout.split('\n').find((line) => line.startsWith(`${name} `));
    expect((await ls())?.split(/ +/)).toEqual([name, 'stopped', '-']);
    expect(await start(container)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const { init, monitor } = pids(name);
    expect((await ls())?.split(/ +/)).toEqual([name, 'running', String(init)]);
    const info = JSON.parse((await holdfast(['info', '-P', lxcpath, name, '--json'])).stdout) as Record<string, unknown>;
    expect(info).toMatchObject({ name, state: 'running', init, monitor, hostname: 'test', seccomp: false, config: container.config });
    const verified = await holdfast(['verify', name]);
    expect(verified.stdout).toMatch(/^(ok {4}.*\n)+(\d+) of \2 in force\n$/);
    expect(verified.code).toBe(0);
    expect(await holdfast(['stop', '-t', '20', name])).toMatchObject({ code: 0, stderr: '' });
    expect(hasEnded(init)).toBe(true);
    // Its last act was to give the name free.
    await until('the monitor has ended', () => hasEnded(monitor));
    expect((await ls())?.split(/ +/)).toEqual([name, 'stopped', '-']);
    expect(await leftOf(container)).toEqual([]);
  });

  it('verify says what is no longer in force', async () => {
    const container = make(['lxc.prlimit.nofile = 500'], POLITE);
    await start(container);
    expect(spawnSync('prlimit', ['--pid', String(pids(container.name).init), '--nofile=77:500']).status).toBe(0);
    const verified = await holdfast(['verify', container.name]);
    expect(verified.stdout).toMatch(/^FAIL {2}.*nofile/m);
    expect(verified.code).toBe(1);
  });

  it('stop kills after its time, at once with -k, and says which', async () => {
    for (const [flags, least, said] of [
      [['-t', '1'], 900, true],
      [['-k'], 0, false],
    ] as const) {
      const container = make([], STUBBORN);
      await start(container);
      const { init } = pids(container.name);
      const before = performance.now();
      const done = await holdfast(['stop', ...flags, container.name]);
      expect(done.code, done.stderr).toBe(0);
      expect(performance.now() - before).toBeGreaterThan(least);
      expect(performance.now() - before).toBeLessThan(least + 5000);
      expect(done.stderr.includes('was killed')).toBe(said);
      expect(hasEnded(init)).toBe(true);
      expect(await leftOf(container)).toEqual([]);
    }
  });

  it('the signal of lxc.signal.halt is what stop sends', async () => {
    const container = make(['lxc.signal.halt = SIGUSR2'], "trap 'echo usr2 > /tmp/got; exit 0' USR2; while :; do sleep 0.05; done");
    await start(container);
    expect(await holdfast(['stop', '-t', '20', container.name])).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(`${container.rootfs}/tmp/got`)).toBe(true);
  });

  it('what does not run cannot be stopped, verified or started twice; each says so', async () => {
    const container = make([], POLITE);
    const { name, lxcpath } = container;
    for (const [words, code] of [
      [['stop', name], 1],
      [['verify', name], 1],
      [['attach', name, '--', 'true'], 125],
    ] as const) {
      const done = await holdfast(words);
      expect(done.code, words.join(' ')).toBe(code);
      expect(done.stderr).toContain(`${name} is not running`);
    }
    expect((await holdfast(['info', '-P', lxcpath, 'no-such-container'])).code).toBe(1);
    await start(container);
    const { init } = pids(name);
    const second = await start(container);
    expect(second.code).toBe(125);
    expect(second.stderr).toContain('is running');
    expect(pids(name).init).toBe(init);
    expect(hasEnded(init)).toBe(false);
  });

  it("a start in the background lets its caller's pipes go", () => {
    const container = make([], 'exec sleep 60');
    const done = spawnSync(process.execPath, [COMMAND, 'start', '-P', container.lxcpath, container.name], { timeout: 15_000, encoding: 'utf8' });
    expect(done).toMatchObject({ status: 0, stderr: '', stdout: '' });
  });

  it('a start that fails leaves 125, the reason with its place, and nothing else', async () => {
    const container = make(['lxc.mount.entry = /etc proc/none none bind 0 0'], POLITE);
    const done = await start(container);
    expect(done.code).toBe(125);
    expect(done.stderr).toMatch(new RegExp(`${container.config}:\\d+`));
    rmSync(`${container.rootfs}/init`);
    expect(await leftOf(container)).toEqual([]);
  });

  it('run passes on the status, the output and the input', async () => {
    const { name, lxcpath } = make([]);
    const done = await holdfast(['run', '-P', lxcpath, name, '--', 'sh', '-c', 'cat; echo err >&2; exit 33'], { input: 'through' });
    expect(done).toMatchObject({ code: 33, stdout: 'through', stderr: 'err\n' });
  });
});
