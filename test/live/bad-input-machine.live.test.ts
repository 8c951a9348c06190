// A machine that refuses: values the kernel does not take, limits that are reached, control groups that are read-only, directories
// of Holdfast's own that cannot be used. Where the machine has to be changed for it, in a mount namespace of the test's own.

import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run, type RunResult } from '../support/run.ts';

const container = containers();

/** Processes whose command line is that of a launcher of this name. */
function monitors(name: string): readonly string[] {
  const commandLine = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).startsWith(`holdfast: ${name}\0`));
}

/** The limit on processes counts the threads of a user, whoever started them. */
function threadsOf(uid: number): number {
  const status = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/status`, 'utf8');
    } catch {
      return '';
    }
  };
  const texts = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(status);
  const own = texts.filter((text) => new RegExp(`^Uid:\\s+${uid}\\s`, 'm').test(text));
  return own.reduce((sum, text) => sum + Number(/^Threads:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0);
}

const start = ({ lxcpath, name }: TestContainer, words: readonly string[] = []): readonly string[] => ['run', '-P', lxcpath, name, ...words];

/** Runs it where a shell script has changed the mounts first; nobody else sees them. */
function changed(script: string, words: readonly string[]): Promise<RunResult> {
  return run(['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', `${script}; exec "$@"`, 'sh', process.execPath, COMMAND, ...words]);
}

function expectRefusal(done: RunResult, ...says: readonly string[]): void {
  for (const text of says) expect(done.stderr).toContain(text);
  expect(done).toMatchObject({ code: 125, stdout: '', timedOut: false });
  expect(done.stderr).not.toMatch(/internal error|^\s+at /m);
}

describe('control groups', () => {
  const it = needing('root', 'busybox', 'cgroup1');

  it('a value the kernel refuses is told with its line and what it should be', async () => {
    const line = 'lxc.cgroup.memory.limit_in_bytes = 128Z';
    const made = container([line]);
    const number = readFileSync(made.config, 'utf8').split('\n').indexOf(line) + 1;
    const done = await holdfast(start(made));
    expectRefusal(done, `${made.config}:${number}:1: error HF542: '128Z' is no value for memory.limit_in_bytes`, 'write bytes, with K, M or G behind them');
  });

  it('a file or a controller the kernel does not have', async () => {
    const made = container([]);
    expectRefusal(await holdfast(start(made, ['-s', 'lxc.cgroup.memory.nosuch=1'])), 'set memory.nosuch = 1', '(ENOENT)', 'misspelled, or not built into it');
    expectRefusal(await holdfast(start(made, ['-s', 'lxc.cgroup.nosuch.x=1'])), "here has no controller 'nosuch'", '--allow-missing lxc.cgroup.nosuch.x');
  });

  it('a memory limit too small for init ends the start, and nothing of it stays', async () => {
    const made = container(['lxc.cgroup.memory.limit_in_bytes = 8192', 'lxc.cgroup.memory.swappiness = 0']);
    const done = await holdfast(start(made), { timeoutMs: 15_000 });
    expect(done.timedOut).toBe(false);
    expect(done.code).not.toBe(0);
    expect(done.stderr).toContain('HF544: memory.limit_in_bytes = 8192 is less than a container needs to start');
    expect(monitors(made.name)).toEqual([]);
  });

  it('pids.max = 1 is enough for an init, and not for a command and its PID 1', async () => {
    const made = container(['lxc.cgroup.pids.max = 1'], 'exit 9');
    expect(await holdfast(start(made))).toMatchObject({ code: 9, stderr: '' });
    expectRefusal(await holdfast(start(made, ['--', 'true'])), 'HF544: pids.max = 1 is less than a container needs', 'give it 2 or more');
    const two = await holdfast(start(made, ['-s', 'lxc.cgroup.pids.max=2', '--', 'sh', '-c', 'echo here; /bin/true; echo not here']));
    expect(two.stdout).toBe('here\n');
    expect(two.stderr).toContain('fork');
    expect(monitors(made.name)).toEqual([]);
  });

  it('read-only hierarchies: what they were to enforce is refused; without such a wish the container starts', async () => {
    const made = container([], 'exit 9');
    const readOnly = `grep -E ' cgroup2? ' /proc/self/mounts | cut -d' ' -f2 | while read at; do mount -o remount,bind,ro "$at"; done`;
    const limited = await changed(readOnly, start(made, ['-s', 'lxc.cgroup.pids.max=5']));
    expectRefusal(
      limited,
      "'lxc.cgroup.pids.max' is read but cannot be enforced",
      'may not make groups',
      'mount it read-write',
      '--allow-missing lxc.cgroup.pids.max',
    );
    const allowed = await changed(readOnly, start(made, ['-s', 'lxc.cgroup.pids.max=5', '--allow-missing', 'lxc.cgroup.pids.max']));
    expect(allowed.code, allowed.stderr).toBe(9);
    expect(allowed.stderr).toContain("'lxc.cgroup.pids.max' is not enforced, as allowed");
    expect(await changed(readOnly, start(made))).toMatchObject({ code: 9, stderr: '' });
  });
});

describe('two at once', () => {
  const it = needing('root', 'busybox');

  it('the second start of a running container is refused, the first goes on', async () => {
    const made = container([], 'exec sleep 100');
    expect(await holdfast(['start', '-P', made.lxcpath, made.name])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    for (const command of ['run', 'start']) {
      const second = await holdfast([command, '-P', made.lxcpath, made.name]);
      expectRefusal(second, `claim the name ${made.name}`, `a container named ${made.name} is running or starting`);
    }
    const info = await holdfast(['info', '-P', made.lxcpath, '--json', made.name]);
    expect(JSON.parse(info.stdout)).toMatchObject({ name: made.name, state: 'running' });
  });

  it('of several starts at the same moment exactly one runs', async () => {
    const made = container([], 'sleep 1; exit 9');
    const all = await Promise.all(Array.from({ length: 4 }, () => holdfast(start(made))));
    expect(all.map(({ code }) => code).sort((one, other) => Number(one) - Number(other))).toEqual([9, 125, 125, 125]);
    for (const { code, stderr } of all) if (code === 125) expect(stderr).toContain('is running or starting');
  });
});

describe("Holdfast's own directories", () => {
  const it = needing('root', 'busybox');
  const CACHE = '/var/lib/holdfast';
  const fresh = (options: string) => `mkdir -p ${CACHE}; mount -t tmpfs -o ${options} none ${CACHE}`;

  for (const [title, script, says] of [
    ['launchers on a read-only file system', fresh('ro,mode=700'), 'EROFS'],
    ['launchers on a full file system', fresh('size=4k,mode=700'), 'ENOSPC'],
    ['launchers on a file system without programs', fresh('noexec,mode=700'), 'is mounted noexec'],
    ['launchers where others may write', fresh('mode=777'), 'belongs to you and that nobody else may write to'],
    ['launchers where another user is the owner', fresh('mode=700,uid=12345'), 'belongs to you'],
    ['a file in the place of the launchers', 'mount -t tmpfs none /var/lib; touch /var/lib/holdfast', 'EEXIST'],
  ] as const) {
    it(title, async () => {
      expectRefusal(await changed(script, start(container([]))), CACHE, says);
    });
  }

  for (const [title, script, ...says] of [
    ['a read-only /run', 'mount -t tmpfs -o ro none /run', 'make the directory for running containers /run/holdfast', '(EROFS)'],
    ['a file in the place of the run directory', 'mount -t tmpfs none /run; touch /run/holdfast', '/run/holdfast is not a directory'],
    ['a directory in the place of the lock', 'mount -t tmpfs none /run; mkdir -p /run/holdfast/@NAME@.lock', '.lock is a directory'],
    [
      'a symbolic link in the place of the lock',
      'mount -t tmpfs none /run; mkdir /run/holdfast; ln -s /etc/passwd /run/holdfast/@NAME@.lock',
      'must not be a symbolic link',
    ],
  ] as const) {
    it(title, async () => {
      const made = container([]);
      expectRefusal(await changed(script.replaceAll('@NAME@', made.name), start(made)), ...says);
      expect(monitors(made.name)).toEqual([]);
    });
  }
});

describe('an ordinary user', () => {
  const it = needing('user', 'userns');
  let user: OrdinaryUser;
  beforeEach(() => {
    user = makeOrdinaryUser();
  });
  afterEach(() => user.remove());
  const id = ['run', '--', 'id', '-u'];
  const command = (words: readonly string[], change: Readonly<Record<string, string>> = {}) =>
    user.run([process.execPath, COMMAND, ...words], { env: { ...user.env, ...change } });

  it('runs a command, also without HOME and XDG_RUNTIME_DIR', async () => {
    expect(await command(id)).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
    const { HOME: _, XDG_RUNTIME_DIR: __, ...env } = user.env;
    const done = await user.run([process.execPath, COMMAND, ...id], { env });
    // Its home is then the one of the account, which may not exist.
    if (done.code === 0) expect(done.stdout).toBe('0\n');
    else expectRefusal(done, 'launchers are kept in /');
  });

  it('has a home that is not there, or not to be written', async () => {
    expectRefusal(await command(id, { HOME: '/nonexistent' }), 'launchers are kept in /nonexistent/.cache/holdfast/launchers', 'EACCES');
    chmodSync(user.home, 0o500);
    expectRefusal(await command(id), `launchers are kept in ${user.home}/.cache/holdfast/launchers`, 'EACCES');
  });

  it('has a run directory that is not to be written', async () => {
    const config = join(user.home, 'web.conf');
    const named = ['run', '-s', 'lxc.uts.name=x', '-n', 'web', '-f', config, '--', 'true'];
    const root = existsSync('/srv') ? '/srv' : '/';
    expect(await user.run(['sh', '-c', `printf 'lxc.rootfs.path = dir:${root}\\n' > ${config}`])).toMatchObject({ code: 0 });
    chmodSync(join(user.home, 'run'), 0o500);
    expectRefusal(await command(named), `make the directory for running containers ${user.home}/run/holdfast`, '(EACCES)');
  });

  it("is not given another user's run directory", async () => {
    if (process.getuid?.() !== 0) return;
    const other = join(user.home, 'other');
    mkdirSync(other, { mode: 0o777 });
    chownSync(other, 0, 0);
    expect(await command(id, { XDG_RUNTIME_DIR: other })).toMatchObject({ code: 0, stdout: '0\n' });
    expect(readdirSync(other)).toEqual([]);
  });

  it('has reached its limit on processes: said, not crashed, and nothing is left', async () => {
    // Enough for Node (it needs about a dozen threads) and for the launcher's two, not for what the command forks.
    const script = `ulimit -u ${threadsOf(user.uid) + 30}; exec "$@"`;
    const forks = 'i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done; echo done';
    const done = await user.run(['bash', '-c', script, 'bash', process.execPath, COMMAND, 'run', '--', 'sh', '-c', forks]);
    expect(done.timedOut).toBe(false);
    expect(done.stdout).not.toContain('done');
    expect(done.stderr).toMatch(/fork|EAGAIN|limit on processes/);
    expect(done.code).not.toBe(0);
  });
});
