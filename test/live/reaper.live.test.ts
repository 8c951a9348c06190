// The minimal PID 1 in front of a command: it did not exec, so what it may show of its caller and its launcher is looked at here.

import { afterAll, beforeAll, expect } from 'vitest';
import { makeContainer, startContainer, type TestContainer } from '../support/container.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'busybox');

let container: TestContainer;
beforeAll(() => {
  container = makeContainer([]);
});
afterAll(() => container.remove());

const SECRET = 'a-secret-of-the-caller';
/** Everything about PID 1 that the container's root can get at. */
const LOOK = 'cd /proc/1; for file in environ cmdline comm status; do tr "\\0" "\\n" < $file; done; head -c 200000 exe; readlink exe cwd; ls fd';
const inside = (env: Record<string, string> = {}) => startContainer(container, { command: ['sh', '-c', LOOK], env });

it('shows neither the words nor the environment of the caller', async () => {
  const { stdout, code } = await inside({ CALLERS_SECRET: SECRET, PATH: '/bin' });
  expect(code).toBe(0);
  expect(stdout).toContain('holdfast-init');
  expect(stdout).not.toContain(SECRET);
  expect(stdout).not.toContain(`${container.lxcpath}/launcher`);
});

it('has no capability, no descriptor and the bounding set of the command', async () => {
  const { stdout } = await inside();
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) expect(stdout).toMatch(new RegExp(`^${set}:\t0{16}$`, 'm'));
  expect(stdout.trimEnd().split('\n').at(-1)).not.toMatch(/^\d+$/); // the listing of fd is empty
});

it('hands the environment on to the command all the same', async () => {
  const done = await startContainer(container, { command: ['sh', '-c', 'echo $container $TERM'], env: { TERM: 'vt100' } });
  expect(done.stdout).toBe('lxc vt100\n');
});

it('reaps orphans and passes signals on', async () => {
  const script = '(sleep 0.1 &) ; sleep 0.5; ps -o stat | grep -c Z; trap "exit 9" USR1; kill -USR1 1; sleep 5 & wait';
  const { stdout, code } = await startContainer(container, { command: ['sh', '-c', script] });
  expect(stdout).toBe('0\n');
  expect(code).toBe(9);
});
