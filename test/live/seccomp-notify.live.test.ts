// Notified calls: a container asks a program outside of it, by LXC's protocol, and goes on without it where that fails.

import { afterAll, afterEach, describe, expect } from 'vitest';
import { startContainer } from '../support/container.ts';
import { containers, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { buildProxy, type ProxyProgram } from '../support/seccomp/proxy.ts';

const it = needing('root', 'busybox', 'gcc');
const make = containers();
const MAP = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];
const NOTIFY = '2\ndenylist\nmknod notify\nmknodat notify';

const program: ProxyProgram | null = needs('root', 'busybox', 'gcc').ok ? buildProxy() : null;
const proxies = (): ProxyProgram => {
  if (program === null) throw new Error('no proxy');
  return program;
};
afterEach(() => program?.end());
afterAll(() => program?.remove());

/** A container whose calls of mknod go to the proxy. */
function asking(init: string, lines: readonly string[] = []) {
  const container = make(['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${proxies().address}`, ...lines], init);
  writePolicy(container, NOTIFY);
  return container;
}

describe('a proxy that answers', () => {
  it('makes a harmless device for a mapped container', async () => {
    const proxy = await proxies().start('mknod');
    const container = asking('mknod /null c 1 3; echo $?; stat -c "%F %t:%T" /null', MAP);
    const done = await startContainer(container);
    expect(done).toMatchObject({ stdout: '0\ncharacter special file 1:3\n', code: 0 });
    expect(proxy.calls()).toMatchObject([{ ok: true }]);
  });
});
