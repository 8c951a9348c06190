// What of the host a container could reach by what it is handed or shares: keyrings, groups, descriptors, environment, and what
// others may look at. Each by a try to get at it.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from 'vitest';
import { planOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, holdfast, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { answersIn, givePowers, powers } from '../support/powers/powers.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox', 'gcc');
const make = containers();
const program = powers();
const MAPPED = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];

function withPowers(lines: readonly string[], init: string): TestContainer {
  const container = make(lines, init);
  givePowers(program(), container.rootfs);
  return container;
}

describe('keyrings', () => {
  /** Keys of the test's own name, in a session keyring that ends with this command, and in root's user keyring. */
  const name = `holdfast-${process.pid}`;
  const from = (container: TestContainer) => run([program(), 'holding', name, writeLauncher(container, planOf(container))]);
  const answers = async (lines: readonly string[]) => {
    const init = ['find-session', 'find-user', 'add-user'].map((word) => `powers key ${word} ${word === 'add-user' ? `${name}-inside` : name}`).join('\n');
    return answersIn((await from(withPowers(lines, init))).stdout);
  };
  const userKey = (word: string, key = name) => spawnSync(program(), ['key', word, key], { encoding: 'utf8' }).stdout.trim();
  afterEach(() => {
    for (const key of [name, `${name}-inside`]) userKey('drop-user', key);
  });

  it("of a mapped container are its own: the caller's session and root's keys are not to be found", async () => {
    expect(userKey('add-user')).toBe('key 0');
    expect(await answers(MAPPED)).toEqual(['key ENOKEY', 'key ENOKEY', 'key ok']);
    expect(userKey('find-user', `${name}-inside`)).not.toBe('key 0');
  });

  it("of a privileged container: root's user keyring is shared, which check says, and holdfast.keyctl = 0 ends it, in attach as well", async () => {
    expect(userKey('add-user')).toBe('key 0');
    expect(await answers([])).toEqual(['key ENOKEY', 'key ok', 'key ok']);
    expect(await answers(['holdfast.keyctl = 0'])).toEqual(['key ENOSYS', 'key ENOSYS', 'key ENOSYS']);
    const [open, closed] = [make([], 'exec sleep 60'), withPowers(['holdfast.keyctl = 0'], 'exec sleep 60')];
    const check = async (container: TestContainer) => (await holdfast(['check', '-P', container.lxcpath, container.name])).stdout.includes('HF396');
    expect([await check(open), await check(closed)]).toEqual([true, false]);
    await startDetached(closed);
    const attached = await holdfast(['attach', closed.name, '--', 'powers', 'key', 'find-user', name]);
    expect(answersIn(attached.stdout)).toEqual(['key ENOSYS']);
    expect((await holdfast(['verify', closed.name])).stdout).toContain('a filter against keyrings is loaded in PID 1');
  });

  it('lxc.keyring.session as the manual has it: 0 shares that of the caller, 1 makes another', async () => {
    const first = async (line: string) => (await answers([line]))[0];
    expect([await first('lxc.keyring.session = 0'), await first('lxc.keyring.session = 1')]).toEqual(['key ok', 'key ENOKEY']);
  });
});

describe('groups', () => {
  it('of the caller are gone, in a mapped container too, and none can be had but those that are mapped', async () => {
    const tries = 'grep Groups /proc/self/status; powers setgroups 5; powers setgroups 70000; powers chgrp /home 70000';
    const groups = ['setpriv', '--groups', '4,6,100004'];
    for (const lines of [MAPPED, []]) {
      const container = withPowers(lines, tries);
      const done = await run([...groups, writeLauncher(container, planOf(container))]);
      const mapped = lines.length > 0;
      expect(answersIn(done.stdout).map((line) => line.trim())).toEqual([
        'Groups:',
        'setgroups ok',
        `setgroups ${mapped ? 'EINVAL' : 'ok'}`,
        `chgrp ${mapped ? 'EINVAL' : 'ok'}`,
      ]);
    }
  });
});

describe('what nobody inside may look at', () => {
  it('the monitor is out of reach: not traced, not read, not signalled, in a container that shares the PID namespace as well', async () => {
    const container = withPowers(['lxc.namespace.keep = pid'], 'exec sleep 60');
    const { monitor } = await startDetached(container);
    const words = [`kill ${monitor}`, `ptrace ${monitor}`, `read /proc/${monitor}/environ`, `read /proc/${monitor}/mem`, `list /proc/${monitor}/root/`];
    const mapped = withPowers([...MAPPED, 'lxc.namespace.keep = pid'], words.map((one) => `powers ${one}`).join('\n'));
    const done = await run([writeLauncher(mapped, planOf(mapped))]);
    expect(answersIn(done.stdout)).toEqual(['kill EPERM', 'ptrace EPERM', 'read EACCES', 'read EACCES', 'list EACCES']);
  });

  it('who is attached is as much a process of the container as init: of its ids, without descriptors and variables of the caller', async () => {
    const container = make([...MAPPED, 'lxc.environment = MINE=1'], 'exec sleep 60');
    await startDetached(container);
    const secret = openSync('/etc/shadow', 'r');
    try {
      const script = 'ls -l /proc/self/fd; tr "\\0" "\\n" < /proc/self/environ; grep -E "^(Uid|Groups)" /proc/self/status; cat /proc/self/oom_score_adj';
      const done = await run([
        'bash',
        '-c',
        `exec 7</etc/shadow; export SECRET=1 LD_PRELOAD=; exec "$@"`,
        'bash',
        process.execPath,
        new URL('../../dist/holdfast.cjs', import.meta.url).pathname,
        'attach',
        container.name,
        '--',
        'sh',
        '-c',
        script,
      ]);
      expect(done.stdout).not.toMatch(/SECRET|LD_PRELOAD|shadow/);
      const open = [...done.stdout.matchAll(/ -> (.*)/g)].map(([, to]) => to);
      for (const to of open) expect(to).toMatch(/^(pipe:|socket:|\/dev\/(null|pts)|\/proc\/\d+\/fd$)/);
      expect(open.length).toBeGreaterThanOrEqual(3);
      expect(done.stdout).toMatch(/^MINE=1$[^]*^Uid:\t0\t0\t0\t0$/m);
    } finally {
      closeSync(secret);
    }
  });
});

describe('descriptors and directories of the host', () => {
  it('of init, seen from outside: nothing but its console, and no directory above its root', async () => {
    for (const lines of [[], MAPPED]) {
      const container = make(lines, 'exec sleep 60');
      const { init } = await startDetached(container);
      const descriptors = spawnSync('ls', [`/proc/${init}/fd`], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n');
      for (const one of descriptors) expect(readlinkSync(`/proc/${init}/fd/${one}`)).toMatch(/^(\/dev\/(console|null|pts\/\d+)|pipe:|socket:)/);
      expect([readlinkSync(`/proc/${init}/cwd`), readlinkSync(`/proc/${init}/root`)]).toEqual(['/', '/']);
      const [inside, outside] = [statSync(`/proc/${init}/root/`), statSync(container.rootfs)];
      expect([inside.ino, inside.dev]).toEqual([outside.ino, outside.dev]);
      // Nothing of the host is mounted above or beside: the tree begins at its root file system.
      const mounts = readFileSync(`/proc/${init}/mountinfo`, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
      const top = mounts.filter(([, , , , target]) => target === '/');
      expect([top.length, mounts.filter(([, , , root = '']) => root.includes(join(container.lxcpath))).length]).toEqual([1, 1]);
    }
  });
});
