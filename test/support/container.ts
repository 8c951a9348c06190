// A container of a test's own: a busybox root and an LXC configuration in a temporary directory, compiled in this process.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emit } from '../../src/launcher/emit.ts';
import type { LaunchOptions } from '../../src/launcher/lower/context.ts';
import { type StartProgram, startProgram } from '../../src/launcher/start.ts';
import { diagnosticText } from '../../src/model/diagnostic.ts';
import type { Plan } from '../../src/model/plan.ts';
import { planStart } from '../../src/runtime/compile.ts';
import { prepare } from '../../src/runtime/source.ts';
import { makeBusyboxRoot, writeConfig } from './busybox.ts';
import { run, type RunOptions, type RunResult } from './run.ts';

export interface TestContainer {
  readonly name: string;
  /** Temporary directory of this container: `DIR/NAME/config`, `DIR/NAME/rootfs`, and launchers. It is an lxcpath. */
  readonly lxcpath: string;
  readonly rootfs: string;
  readonly config: string;
  /** Removes everything that was made here. */
  remove(): void;
}

let count = 0;

/** Lines every test container has, so that it starts on any host with an LXC configuration's usual parts. */
const COMMON = ['lxc.uts.name = test', 'lxc.mount.auto = proc:mixed sys:ro', 'lxc.net.0.type = empty', 'lxc.pty.max = 8'];

/** Makes one. `lines` come behind the common ones, @NAME@ in them is its name, $HERE its directory; `init` is a shell script that is the container's init. */
export function makeContainer(lines: readonly string[], init = 'exit 0'): TestContainer {
  const lxcpath = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  chmodSync(lxcpath, 0o755); // a mapped root must be able to reach its root file system
  count += 1;
  const name = `t${process.pid}-${count}`;
  const rootfs = join(lxcpath, name, 'rootfs');
  mkdirSync(rootfs, { recursive: true });
  makeBusyboxRoot(rootfs);
  writeFileSync(join(rootfs, 'init'), `#!/bin/sh\n${init}\n`, { mode: 0o755 });
  const config = writeConfig(join(lxcpath, name), [
    `lxc.rootfs.path = dir:${rootfs}`,
    'lxc.init.cmd = /init',
    ...COMMON,
    ...lines.map((line) => line.replaceAll('@NAME@', name).replaceAll('$HERE', join(lxcpath, name))),
  ]);
  return { name, lxcpath, rootfs, config, remove: () => rmSync(lxcpath, { recursive: true, force: true }) };
}

/** The plan of its start; throws with the diagnostics when there is none. */
export function planOf(container: TestContainer, options: { readonly detach?: boolean; readonly command?: readonly string[] } = {}): Plan {
  const prepared = prepare({ name: container.name, lxcpath: container.lxcpath, command: options.command ?? null });
  const { plan, diagnostics } = planStart(prepared, { detach: options.detach ?? false });
  if (plan === null) throw new Error(diagnostics.map((one) => `${one.code} ${diagnosticText(one).message}`).join('\n'));
  return plan;
}

/** The calls of a plan's launcher. */
export const programOf = (plan: Plan): StartProgram => startProgram(plan, { arch: 'x86_64' });

/** Writes the launcher of a plan into the container's directory and returns its path. */
export function writeLauncher(container: TestContainer, plan: Plan, options: Omit<LaunchOptions, 'arch'> = {}): string {
  const path = join(container.lxcpath, `launcher-${(count += 1)}`);
  writeFileSync(path, emit(startProgram(plan, { arch: 'x86_64', ...options }).program, { arch: 'x86_64' }), { mode: 0o700 });
  return path;
}

/** Starts it in the foreground and waits. */
export function startContainer(container: TestContainer, options: RunOptions & { readonly command?: readonly string[] } = {}): Promise<RunResult> {
  const { command, ...runOptions } = options;
  return run([writeLauncher(container, planOf(container, command === undefined ? {} : { command }))], runOptions);
}
