// Notified calls: a container asks a program outside of it, by LXC's protocol, and goes on without it where that fails.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect } from 'vitest';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { begin, childrenOf, COMMAND, containers, hasEnded, holdfast, recorded, startDetached, stateOf, until, writePolicy } from '../support/live.ts';
import type { Action } from '../../src/model/step.ts';
import { needing, needs } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';
import { buildProxy, type ProxyProgram } from '../support/seccomp/proxy.ts';

const it = needing('root', 'busybox', 'gcc');
const make = containers();
const MAP = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];
const NOTIFY = '2\ndenylist\nmknod notify\nmknodat notify';

const program: ProxyProgram | null = needs('root', 'busybox', 'gcc').ok ? buildProxy() : null;
const proxies = (): ProxyProgram => {
  if (program === null) throw new Error('there is no proxy');
  return program;
};
afterEach(() => program?.end());
afterAll(() => program?.remove());

/** A container whose calls of mknod go to the proxy. */
function asking(init: string, lines: readonly string[] = [], policy = NOTIFY): TestContainer {
  const container = make(['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${proxies().address}`, ...lines], init);
  writePolicy(container, policy);
  return container;
}
/** What such an init prints: `0`, or the reason that mknod(1) gave. */
const NODE = `node() { if why=$(mknod $1 c 1 3 2>&1); then echo 0; else echo "\${why##*: }"; fi; }`;
const ask = (...names: readonly string[]): string => [NODE, ...names.map((name) => `node /${name}`)].join('\n');
const ENOSYS = 'Function not implemented';

describe('a proxy that answers', () => {
  it('makes a harmless device for a mapped container, and no other', async () => {
    const proxy = await proxies().start('mknod');
    const container = asking(`${ask('null')}; stat -c "%F %t:%T" /null; mknod /mem c 1 1; ls /mem`, MAP);
    const done = await startContainer(container);
    expect(done.stdout).toBe('0\ncharacter special file 1:3\n');
    expect(done.stderr).toContain('mknod: /mem: Operation not permitted');
    expect(proxy.calls()).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('is told the processes by their ids on the host, and the cookie', async () => {
    const proxy = await proxies().start(['errno', 17]);
    const container = asking(`${ask('a')}; exec sleep 60`, ['lxc.seccomp.notify.cookie = {"owner": "me"}', ...MAP]);
    const running = await startDetached(container);
    await until('it has asked', () => proxy.calls().length > 0);
    const [call] = proxy.calls();
    expect(call).toMatchObject({ ...running, cookie: '{"owner": "me"}', ok: true });
    expect(call?.pid).toBeGreaterThan(running.init);
  });

  for (const [way, says] of [
    [['errno', 1], 'Operation not permitted'],
    [['errno', 28], 'No space left on device'],
    [['value', 0], '0'],
  ] as const) {
    it(`${way.join(' ')} is what the caller gets`, async () => {
      await proxies().start(way);
      expect((await startContainer(asking(ask('x', 'y')))).stdout).toBe(`${says}\n${says}\n`);
    });
  }

  it('may let the call be made as it is', async () => {
    await proxies().start('continue');
    expect((await startContainer(asking(`${ask('x')}; stat -c %t:%T /x`))).stdout).toBe('0\n1:3\n');
    // In a user namespace the kernel then refuses it.
    expect((await startContainer(asking(ask('dev/x'), MAP))).stdout).toBe('Operation not permitted\n');
  });

  it('is reached by an abstract name, and for a command behind the minimal PID 1', async () => {
    const address = `@holdfast-test-${process.pid}`;
    const proxy = await proxies().start(['errno', 17], address);
    const container = make(['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${address}`, ...MAP]);
    writePolicy(container, NOTIFY);
    const done = await startContainer(container, { command: ['sh', '-c', `${ask('x')}; cat /proc/1/comm; ls -l /proc/1/fd | wc -l`] });
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^File exists\nholdfast-init\n[01]\n$/) });
    expect(proxy.calls()).toHaveLength(1);
  });

  it('answers many calls at once', async () => {
    const proxy = await proxies().start(['errno', 17]);
    const each = `${NODE}; for i in $(seq 40); do node /n$i & done; wait`;
    expect((await startContainer(asking(each))).stdout).toBe('File exists\n'.repeat(40));
    expect(proxy.calls().filter(({ ok }) => ok)).toHaveLength(40);
  });

  it('is asked for processes that attach, too', async () => {
    const proxy = await proxies().start('mknod');
    const container = asking('exec sleep 60', MAP);
    const running = await startDetached(container);
    const command = ['sh', '-c', `${ask('null')}; stat -c %t:%T /null`];
    expect(await holdfast(['attach', container.name, '--', ...command])).toMatchObject({ stdout: '0\n1:3\n', stderr: '', code: 0 });
    expect(proxy.calls()).toMatchObject([{ ...running, ok: true }]);
    // Its address may be another's within the container, so attach does not look for it there.
    await proxy.kill();
    const refused = await holdfast(['attach', container.name, '--', 'true']);
    expect(refused.code).toBe(125);
    expect(refused.stderr).toContain(`connect to the proxy unix:${proxies().address}: Connection refused`);
  });
});

describe('a proxy that is not there', () => {
  it('is no start', async () => {
    rmSync(proxies().address, { force: true });
    const done = await startContainer(asking('echo started'));
    expect(done).toMatchObject({ stdout: '', code: 125 });
    expect(done.stderr).toMatch(/config:\d+: connect to the proxy unix:\/\S+: No such file or directory \(ENOENT\): the proxy is not there: start it first\n$/);
  });

  it('nor is one that has died, or that speaks another protocol', async () => {
    await (await proxies().start('mknod')).kill();
    expect((await startContainer(asking('echo started'))).stderr).toContain('no proxy listens there');
    const path = `${proxies().address}-stream`;
    const server = createServer().listen(path);
    try {
      const container = make(['lxc.seccomp.profile = $HERE/policy', `lxc.seccomp.notify.proxy = unix:${path}`], 'echo started');
      writePolicy(container, NOTIFY);
      const done = await startContainer(container);
      expect(done).toMatchObject({ stdout: '', code: 125, stderr: expect.stringContaining('must listen on a socket of type SOCK_SEQPACKET') });
    } finally {
      server.close();
    }
  });

  it('is an error before the start where none is named, and allowed to be missing gives ENOSYS', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy'], ask('x'));
    writePolicy(container, NOTIFY);
    expect(() => planOf(container)).toThrow("HF301 'lxc.seccomp.profile' is read but cannot be enforced: the action 'notify' needs a proxy");
    const allowed = make(['lxc.seccomp.profile = $HERE/policy', 'holdfast.allow_missing = lxc.seccomp.profile'], ask('x'));
    writePolicy(allowed, NOTIFY);
    expect((await startContainer(allowed)).stdout).toBe(`${ENOSYS}\n`);
  });
});

describe('a proxy that fails', () => {
  it('in the middle of a call gives ENOSYS, and so do calls until another takes its place', async () => {
    const first = await proxies().start('die');
    const container = asking(`${ask('a', 'b')}; while [ ! -e /go ]; do sleep 0.1; done; node /c; rm /go; node /d`);
    const running = begin([writeLauncher(container, planOf(container))]);
    await until('two calls have failed', () => running.stdout() === `${ENOSYS}\n${ENOSYS}\n`);
    expect(first.calls()).toHaveLength(1);
    const second = await proxies().start('mknod');
    writeFileSync(join(container.rootfs, 'go'), '');
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(running.stdout()).toBe(`${ENOSYS}\n${ENOSYS}\n0\n0\n`);
    expect(second.calls()).toHaveLength(2);
  });

  it('between two calls is replaced without one being lost', async () => {
    const first = await proxies().start(['errno', 17]);
    const container = asking(`${ask('a')}; while [ ! -e /go ]; do sleep 0.1; done; node /b`);
    const running = begin([writeLauncher(container, planOf(container))]);
    await until('a call was answered', () => running.stdout() === 'File exists\n');
    await first.kill();
    await proxies().start('mknod');
    writeFileSync(join(container.rootfs, 'go'), '');
    await running.ended;
    expect(running.stdout()).toBe('File exists\n0\n');
  });

  for (const way of ['short', 'wrong-id', 'reserved', 'flags'] as const) {
    it(`with an answer that is none (${way}) gives ENOSYS`, async () => {
      const proxy = await proxies().start(way);
      expect((await startContainer(asking(ask('a', 'b')))).stdout).toBe(`${ENOSYS}\n${ENOSYS}\n`);
      // Each time it is connected to anew: what it may have left in the first connection is nobody's answer.
      expect(proxy.calls()).toMatchObject([{ ok: true }, { ok: true }]);
    });
  }

  it('to be quick keeps nobody else from being killed, and the next call is answered', async () => {
    const proxy = await proxies().start(['slow', 600]);
    const container = asking(`mknod /a c 1 3 & sleep 0.2; kill -9 $!; wait $!; echo $?; ${ask('b')}`);
    const begun = performance.now();
    expect((await startContainer(container)).stdout).toBe('137\n0\n');
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(proxy.calls()).toHaveLength(2);
  });
});

describe('a proxy that accepts and never answers', () => {
  const NEVER = ['slow', 3_600_000] as const;

  /** As it would be started, but with less patience than the 30 seconds that are always given. */
  function impatient(container: TestContainer): string {
    const plan = planOf(container);
    const found: number[] = [];
    const changed = (action: Action): Action => {
      if (!('builtin' in action) || action.builtin !== 'courier') return action;
      found.push(action.proxy.patience);
      return { ...action, proxy: { ...action.proxy, patience: 1 } };
    };
    const steps = plan.steps.map((step) => ({ ...step, actions: step.actions.map(changed) }));
    expect(found).toEqual([30]);
    return writeLauncher(container, { ...plan, steps });
  }

  it('makes each call fail with ENOSYS when patience is over, and the container goes on', async () => {
    const proxy = await proxies().start(NEVER);
    const begun = performance.now();
    const done = await run([impatient(asking(`${ask('a', 'b')}; echo goes on`))]);
    expect(done).toMatchObject({ code: 0, stdout: `${ENOSYS}\n${ENOSYS}\ngoes on\n` });
    const took = performance.now() - begun;
    expect([took > 2_000, took < 20_000]).toEqual([true, true]);
    // It is asked one thing at a time; the second question waits in a connection that it has not accepted.
    expect(proxy.calls()).toHaveLength(1);
  });

  it('holds up neither the start, nor what asks nothing, nor the stop', async () => {
    const proxy = await proxies().start(NEVER);
    const container = asking('mknod /a c 1 3 & while :; do : > /alive; sleep 0.1; done');
    const { init } = await startDetached(container);
    await until('a call waits', () => proxy.calls().length > 0);
    rmSync(join(container.rootfs, 'alive'), { force: true });
    await until('init goes on', () => readdirSync(container.rootfs).includes('alive'));
    const begun = performance.now();
    expect(await holdfast(['stop', '-k', container.name])).toMatchObject({ code: 0 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(hasEnded(init)).toBe(true);
  });
});

describe('the monitor', () => {
  it('passes signals on and ends the container while an answer is due', async () => {
    const proxy = await proxies().start(['slow', 30_000]);
    const container = asking("trap 'echo asked to end; exit 3' TERM PWR; mknod /a c 1 3 & wait");
    const running = begin([writeLauncher(container, planOf(container))]);
    const { monitor } = await recorded(container.name);
    await until('a call waits', () => proxy.calls().length > 0);
    process.kill(monitor, 'SIGTERM');
    expect(await running.ended).toMatchObject({ code: 3 });
    expect(running.stdout()).toBe('asked to end\n');
  });

  it('ends with init, though an answer is due to another process', async () => {
    await proxies().start(['slow', 30_000]);
    const begun = performance.now();
    expect(await startContainer(asking('mknod /a c 1 3 & sleep 0.2; exit 5', MAP))).toMatchObject({ code: 5, stderr: '' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('that is killed takes the container with it, calls that wait too', async () => {
    const proxy = await proxies().start(['slow', 30_000]);
    const container = asking('mknod /a c 1 3', MAP);
    const { init, monitor } = await startDetached(container);
    await until('a call waits', () => proxy.calls().length > 0);
    process.kill(monitor, 'SIGKILL');
    await until('init has ended', () => hasEnded(init));
    await until('the name is free', () => stateOf(container.name).state === 'stopped');
    await proxy.kill();
    await proxies().start('mknod');
    expect(await startContainer(container)).toMatchObject({ code: 0, stderr: expect.stringContaining('cleaning up') });
  });

  it('has no other child than init, keeps its descriptors, and takes little memory', async () => {
    const proxy = await proxies().start(['errno', 17]);
    const container = asking(`${NODE}; for i in $(seq 300); do node /n$i; done > /dev/null; touch /done; exec sleep 60`);
    const { init, monitor } = await startDetached(container);
    const descriptors = () => readdirSync(`/proc/${monitor}/fd`).length;
    await until('a call was answered', () => proxy.calls().length > 1);
    const before = descriptors();
    expect(childrenOf(monitor)).toEqual([init]);
    await until('all were answered', () => readdirSync(container.rootfs).includes('done'), 30_000);
    expect(proxy.calls()).toHaveLength(300);
    // Three are open while a call is passed on.
    expect(Math.abs(descriptors() - before)).toBeLessThan(4);
    await until('the shell has given way to sleep', () => readFileSync(`/proc/${init}/comm`, 'utf8') === 'sleep\n');
    expect(readdirSync(`/proc/${init}/fd`).sort()).toEqual(['0', '1', '2']);
    const pss = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${monitor}/smaps_rollup`, 'utf8'))?.[1]);
    expect(pss).toBeLessThanOrEqual(64);
    expect(pss).toBeGreaterThan(4);
  });
});

describe('an ordinary user', () => {
  needing(
    'root',
    'user',
    'userns',
    'busybox',
    'gcc',
  )('has calls decided by a proxy too', async () => {
    const user = makeOrdinaryUser();
    try {
      const proxy = await proxies().start(['errno', 17]);
      const policy = join(user.home, 'policy');
      writeFileSync(policy, `${NOTIFY}\n`);
      const set = [`lxc.seccomp.profile=${policy}`, `lxc.seccomp.notify.proxy=unix:${proxies().address}`].flatMap((line) => ['--set', line]);
      const done = await user.run([process.execPath, COMMAND, 'run', ...set, '--', 'sh', '-c', 'mknod /tmp/x c 1 3']);
      expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('File exists') });
      expect(proxy.calls()).toMatchObject([{ ok: true }]);
    } finally {
      user.remove();
    }
  });
});

describe('a policy that cannot be kept', () => {
  it('one that notifies of execve is an error', () => {
    for (const line of ['execve notify', 'execve notify [1,0,==]']) {
      const container = asking('exit 0', [], `${NOTIFY}\n${line}`);
      expect(() => planOf(container), line).toThrow('HF257');
    }
  });

  it('what fails at the execve itself is told', async () => {
    await proxies().start('mknod');
    const container = asking('exit 0');
    writeFileSync(join(container.rootfs, 'init'), '#!/no/such/shell\n');
    const done = await startContainer(container);
    expect(done).toMatchObject({ code: 127, stderr: expect.stringContaining('No such file or directory') });
  });
});
