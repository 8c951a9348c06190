// One proxy for both: what LXC's monitor and Holdfast's send it is the same message, and its answer has the same effect.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { makeContainer, planOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { removeTemplate } from '../support/lxc.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { buildProxy, type Way } from '../support/seccomp/proxy.ts';

const it = needing('root', 'busybox', 'gcc', 'lxc');
const program = needs('root', 'busybox', 'gcc', 'lxc').ok ? buildProxy() : null;
afterEach(() => program?.end());
afterAll(() => {
  program?.remove();
  removeTemplate(); // LXC's empty groups
});

const INIT = 'exec > /out 2>&1; mknod /null c 1 3; echo $?; stat -c %t:%T /null; mknod /mem c 1 1; echo $?';

const SIDES: Readonly<Record<string, (container: TestContainer) => readonly string[]>> = {
  LXC: ({ lxcpath, name }) => ['lxc-start', '-F', '-P', lxcpath, '-n', name],
  Holdfast: (container) => [writeLauncher(container, planOf(container))],
};

async function under(argv: (container: TestContainer) => readonly string[], way: Way) {
  if (program === null) throw new Error('there is no proxy');
  const proxy = await program.start(way);
  const lines = ['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${program.address}`, 'lxc.seccomp.notify.cookie = a cookie'];
  const container = makeContainer([...lines, 'lxc.apparmor.profile = unconfined'], INIT);
  try {
    writeFileSync(join(dirname(container.config), 'policy'), '2\ndenylist\nmknod notify\nmknodat notify\n');
    await run(argv(container));
    const out = readFileSync(join(container.rootfs, 'out'), 'utf8');
    return { out, calls: proxy.calls().map(({ nr, cookie, ok, init, pid }) => ({ nr, cookie, ok, inside: pid > init && init > 1 })) };
  } finally {
    await program.end();
    container.remove();
  }
}

for (const way of ['mknod', ['errno', 28], ['value', 0], 'continue', 'die'] as const) {
  it(`a proxy of the kind ${[way].flat().join(' ')}`, async () => {
    const [lxc, holdfast] = [await under(SIDES['LXC'] ?? (() => []), way), await under(SIDES['Holdfast'] ?? (() => []), way)];
    expect(holdfast).toEqual(lxc);
    expect(lxc.calls.length).toBeGreaterThan(0);
    expect(lxc.calls.every(({ ok, cookie, inside }) => ok && cookie === 'a cookie' && inside)).toBe(true);
  });
}
