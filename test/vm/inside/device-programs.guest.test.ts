// The kernel's own list of device programs: one while a container runs, whatever became of its monitor, and none afterwards.

import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { stopContainer } from '../../../src/runtime/stop.ts';
import { containers, hasEnded, holdfast, RUN_DIR, startDetached, until } from '../../support/live.ts';
import { needing } from '../../support/needs.ts';

const it = needing('root', 'busybox', 'cgroup2');
const make = containers();

/** Those that Holdfast loaded, in the whole kernel. */
function programs(): number {
  const stdout = execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' });
  return (JSON.parse(stdout) as readonly { readonly name?: string }[]).filter(({ name }) => name === 'holdfast_dev').length;
}

it('it goes with its container, also when the monitor was killed', async () => {
  const container = make(
    ['deny = a', 'allow = c 1:3 rwm', 'allow = c *:* m'].map((rule) => `lxc.cgroup2.devices.${rule}`),
    'exec sleep 100',
  );
  const { init, monitor } = await startDetached(container);
  expect(programs()).toBe(1);
  process.kill(monitor, 'SIGKILL');
  await until('init has ended', () => hasEnded(init));
  // Its group is there still, and so is what is attached to it.
  const again = await holdfast(['start', '-P', container.lxcpath, container.name]);
  expect(again.code, again.stderr).toBe(0);
  await until('one program is left', () => programs() === 1);
  await stopContainer(RUN_DIR, container.name, { kill: true, timeout: 0 });
  await until('none is left', () => programs() === 0);
});
