// The library, as a program uses it: through src/index.ts alone.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import {
  attach,
  compileLauncher,
  containerState,
  diagnosticText,
  HoldfastError,
  runningContainers,
  start,
  stopContainer,
  verifyContainer,
} from '../../src/index.ts';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { containers, hasEnded, leftOf, RUN_DIR } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const make = containers();

/** What a promise is rejected with, which must be an error of the library's. */
async function failure(promise: Promise<unknown>): Promise<HoldfastError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HoldfastError);
  return error as HoldfastError;
}

describe('start', () => {
  it('resolves when init runs; then it is listed, verified, entered and stopped', async () => {
    const container = make(['lxc.cap.drop = sys_time'], 'exec sleep 60');
    const { name, lxcpath } = container;
    expect(await start({ name, lxcpath })).toEqual({ name });
    const state = containerState(RUN_DIR, name);
    if (state.state !== 'running') throw new Error(state.state);
    expect(hasEnded(state.record.init)).toBe(false);
    expect(runningContainers(RUN_DIR).get(name)).toMatchObject({ state: 'running' });
    expect(Math.abs(state.startedAt.getTime() - Date.now())).toBeLessThan(30_000);
    const checks = verifyContainer(state.record, readHostFacts(realMachine(), []));
    expect(checks.length).toBeGreaterThan(10);
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(await attach({ name, argv: ['sh', '-c', 'exit 9'] })).toBe(9);
    expect(await stopContainer(RUN_DIR, name, { timeout: 0, kill: true })).toEqual({ killed: true, thawed: false });
    expect(containerState(RUN_DIR, name)).toEqual({ state: 'stopped' });
    expect(await leftOf(container)).toEqual([]);
  });

  it('throws with step and errno when init is not there', async () => {
    const container = make([]);
    rmSync(join(container.rootfs, 'init'));
    const error = await failure(start({ name: container.name, lxcpath: container.lxcpath }));
    expect(error).toMatchObject({ code: 'start-failed', errno: 'ENOENT', step: expect.stringMatching(/find \/init/) });
    expect(error.message).toContain('No such file or directory');
    expect(await leftOf(container)).toEqual([]);
  });

  it('throws with the step of a failed exec', async () => {
    const container = make([]);
    writeFileSync(join(container.rootfs, 'init'), '#!/nothing\n');
    expect(await failure(start({ name: container.name, lxcpath: container.lxcpath }))).toMatchObject({
      code: 'start-failed',
      errno: 'ENOENT',
      step: expect.stringMatching(/execute \/init/),
    });
  });

  it("throws with the configuration's line when a mount fails, and the kernel's own words", async () => {
    const container = make(['lxc.mount.entry = tmpfs mnt tmpfs size=nonsense 0 0']);
    const error = await failure(start({ name: container.name, lxcpath: container.lxcpath }));
    expect(error.message).toContain(container.config);
    expect(error.message).toMatch(/size/);
    expect(error).toMatchObject({ code: 'start-failed', errno: 'EINVAL' });
  });

  it('a configuration with errors is refused with all of them, and a name that is taken with its step', async () => {
    const container = make(['lxc.cap.drop = sys_tim', 'lxc.nonsense = 1'], 'exec sleep 60');
    const error = await failure(start({ name: container.name, lxcpath: container.lxcpath }));
    expect(error).toMatchObject({ code: 'bad-configuration', path: container.config });
    expect(error.message).toMatch(/sys_tim[^]*lxc\.nonsense|lxc\.nonsense[^]*sys_tim/);
    const other = make([], 'exec sleep 60');
    await start({ name: other.name, lxcpath: other.lxcpath });
    expect(await failure(start({ name: other.name, lxcpath: other.lxcpath }))).toMatchObject({
      code: 'start-failed',
      errno: 'EAGAIN',
      step: expect.stringContaining('claim'),
    });
  });

  it('ten at once, each its own', async () => {
    const all = Array.from({ length: 10 }, () => make([], 'exec sleep 60'));
    await Promise.all(all.map(({ name, lxcpath }) => start({ name, lxcpath })));
    const inits = all.map(({ name }) => {
      const state = containerState(RUN_DIR, name);
      return state.state === 'running' ? state.record.init : 0;
    });
    expect(new Set(inits).size).toBe(10);
    expect(inits).not.toContain(0);
  });
});

describe('compileLauncher', () => {
  it('gives diagnostics with their places and nothing to run for a bad configuration', () => {
    const container = make(['lxc.cap.drop = nonsense']);
    const { elf, plan, diagnostics } = compileLauncher({ file: container.config });
    expect([elf, plan]).toEqual([null, null]);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(['HF123']);
    expect(errors.map((one) => diagnosticText(one).message).join()).toContain('nonsense');
  });

  it('gives an executable that needs nothing else', async () => {
    const container = make([], 'exit 12');
    const { elf, diagnostics } = compileLauncher({ name: container.name, lxcpath: container.lxcpath });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const path = join(container.lxcpath, 'standalone');
    writeFileSync(path, elf ?? '', { mode: 0o700 });
    expect(await run([path], { env: {} })).toMatchObject({ code: 12, stderr: '' });
  });
});

describe('what cannot be', () => {
  it('attach and stop of what does not run', async () => {
    expect(await failure(attach({ name: `none-${process.pid}`, argv: ['true'] }))).toMatchObject({ code: 'not-running' });
    expect(await failure(stopContainer(RUN_DIR, `none-${process.pid}`, { timeout: 1, kill: false }))).toMatchObject({ code: 'not-running' });
  });
});
