// holdfast build: a launcher is a finished artefact. It needs no Node, no configuration, no environment, no directory and no
// descriptors; it tells the errors that `run` tells; and nobody but its owner can read or change it.

import { chmodSync, closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { isStatic } from '../support/programs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const container = containers();

/** Builds its launcher and returns the path. */
async function build(made: TestContainer, words: readonly string[] = []): Promise<string> {
  const path = join(made.lxcpath, 'launcher');
  expect(await holdfast(['build', '-P', made.lxcpath, made.name, '-o', path, ...words])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  return path;
}

/** As cron and systemd might start it: no environment, closed descriptors, another directory, another mask and umask. */
const bare = (path: string, redirections = '') => run(['env', '-i', '/bin/sh', '-c', `cd /; umask 077; exec "$0" ${redirections}`, path]);

describe('a launcher', () => {
  it('is a static program that only its owner may read, whatever the umask', async () => {
    const made = container(['lxc.environment = SECRET=hunter2']);
    const path = await build(made);
    expect(statSync(path).mode & 0o7777).toBe(0o700);
    expect(isStatic(path)).toBe(true);
    expect(statSync(path).size).toBeLessThan(64 * 1024);
    const open = await run([
      'sh',
      '-c',
      'umask 0; exec "$@"',
      'sh',
      process.execPath,
      COMMAND,
      'build',
      '-P',
      made.lxcpath,
      made.name,
      '-o',
      join(made.lxcpath, 'open'),
    ]);
    expect(open.code, open.stderr).toBe(0);
    expect(statSync(join(made.lxcpath, 'open')).mode & 0o7777).toBe(0o700);
  });

  it('runs without Node, environment and configuration, from anywhere, again and again', async () => {
    const made = container([], 'echo "$PATH $container $# $0"; pwd; exit 7');
    const path = await build(made);
    rmSync(made.config);
    for (let round = 0; round < 3; round += 1) {
      const done = await bare(path);
      expect(done).toMatchObject({ code: 7, stderr: '' });
      expect(done.stdout).toMatch(/^\/usr\/local\/sbin:\S+ lxc 0 \/init\n\/\n$/);
    }
  });

  it('with any of 0-2 closed', async () => {
    const made = container([], 'cat > /out; echo more >> /out; exit 7');
    const path = await build(made);
    for (const redirections of ['<&-', '>&-', '2>&-', '<&- >&-', '<&- >&- 2>&-']) {
      rmSync(join(made.rootfs, 'out'), { force: true });
      expect(await bare(path, redirections), redirections).toMatchObject({ code: 7, stdout: '', stderr: '' });
      expect(readFileSync(join(made.rootfs, 'out'), 'utf8'), redirections).toBe('more\n');
    }
  });

  it('keeps no descriptor of its caller', async () => {
    const made = container([], 'ls /proc/$$/fd; exit 7'); // no pipe: the shell would hold its ends for a moment
    const path = await build(made);
    const plain = await bare(path);
    const crowded = await bare(path, '3</ 4</etc/passwd 9<>/dev/null');
    expect(crowded).toMatchObject({ code: 7, stderr: '' });
    expect(crowded.stdout).toBe(plain.stdout);
  });

  it('passes words and variables of odd bytes on as they are', async () => {
    const made = container(['lxc.environment = ODD'], 'printf %s "$ODD" | od -An -tx1');
    const path = await build(made);
    const done = await run(['sh', '-c', `ODD="$(printf '\\377\\376\\001 x')" exec "$0"`, path]);
    expect(done.stdout.trim()).toBe('ff fe 01 20 78');
  });

  it('claims the name: a second one is refused while it runs', async () => {
    const made = container([], 'sleep 1; exit 7');
    const path = await build(made);
    const [first, second] = await Promise.all([bare(path), bare(path)]);
    expect(new Set([first.code, second.code])).toEqual(new Set([125, 7]));
    expect(first.stderr + second.stderr).toContain(`a container named ${made.name} is running or starting`);
    const other = await holdfast(['run', '-P', made.lxcpath, made.name]);
    expect(other.code).toBe(7);
  });

  it('leaves the container in the background with --detach', async () => {
    const made = container([], 'exec sleep 100');
    const path = await build(made, ['--detach']);
    expect(await bare(path)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(stateOf(made.name).state).toBe('running');
    expect(await holdfast(['stop', '-k', made.name])).toMatchObject({ code: 0 });
    expect(stateOf(made.name).state).toBe('stopped');
  });

  it('passes a request to end on in the words of an init system, and ends with its status', async () => {
    const made = container([], 'trap "exit 5" PWR; sleep 100 & wait');
    const path = await build(made);
    const done = await run(['timeout', '-s', 'TERM', '--preserve-status', '1', path]);
    expect(done).toMatchObject({ code: 5, timedOut: false });
    await until('it is gone', () => stateOf(made.name).state === 'stopped');
  });
});

describe('its errors are those of run, word for word', () => {
  for (const [title, lines, change] of [
    ['an init that is not there', ['lxc.init.cmd = /nonexistent'], undefined],
    ['an init that cannot be executed', [], ({ rootfs }: TestContainer) => chmodSync(join(rootfs, 'init'), 0o644)],
    ['a target that is not there', ['lxc.mount.entry = /tmp nonexistent none bind 0 0'], undefined],
    ['an option the file system refuses', ['lxc.mount.entry = tmpfs mnt tmpfs size=much 0 0'], undefined],
    [
      'a root file system without its /proc',
      [],
      ({ rootfs }: TestContainer) => (rmSync(join(rootfs, 'proc'), { recursive: true }), writeFileSync(join(rootfs, 'proc'), '')),
    ],
    ['a variable that is not set', ['lxc.environment = NOT_SET_ANYWHERE'], undefined],
    ['a sysctl that does not exist', ['lxc.sysctl.net.nonexistent = 1'], undefined],
  ] as const) {
    it(title, async () => {
      const made = container(lines);
      change?.(made);
      const path = await build(made);
      const [told, alone] = [await holdfast(['run', '-P', made.lxcpath, made.name]), await bare(path)];
      expect(told.stderr).toMatch(/^holdfast: .+\n$/);
      expect(alone).toEqual(told);
      expect(alone.code).toBeGreaterThanOrEqual(125);
    });
  }
});

describe('the file', () => {
  it('is replaced as a whole: one that is open or running stays what it was', async () => {
    const made = container([], 'sleep 2; exit 7');
    const path = await build(made);
    const old = readFileSync(path);
    const held = openSync(path, 'r');
    const running = bare(path);
    await until('it runs', () => stateOf(made.name).state === 'running');
    await build(made, ['-s', 'lxc.uts.name=other']);
    const seen = Buffer.alloc(old.length);
    readSync(held, seen, 0, seen.length, 0);
    closeSync(held);
    expect(seen.equals(old)).toBe(true);
    expect(readFileSync(path).equals(old)).toBe(false);
    expect((await running).code).toBe(7);
  });

  it('stays as it was, with nothing beside it, when it cannot be built or written', async () => {
    const made = container([]);
    const path = await build(made);
    const old = readFileSync(path);
    const files = readdirSync(made.lxcpath);
    const refused = await holdfast(['build', '-P', made.lxcpath, made.name, '-o', path, '-s', 'lxc.pty.max=many']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    for (const output of ['/nonexistent/launcher', made.rootfs, `${path}/below`, '/proc/launcher']) {
      const done = await holdfast(['build', '-P', made.lxcpath, made.name, '-o', output]);
      expect(done, output).toMatchObject({ code: 1, stdout: '' });
      expect(done.stderr).toContain(output);
      expect(done.stderr).toMatch(/^holdfast: .*cannot be written.*\n$/);
    }
    expect(readFileSync(path).equals(old)).toBe(true);
    expect(readdirSync(made.lxcpath)).toEqual(files);
    expect(readdirSync(join(made.lxcpath, made.name)).sort()).toEqual(['config', 'rootfs']);
  });

  it('is the same for the same input, with symbols or as text when asked', async () => {
    const made = container([]);
    const path = await build(made);
    const once = readFileSync(path);
    expect(readFileSync(await build(made)).equals(once)).toBe(true);
    expect(readFileSync(await build(made, ['--symbols'])).length).toBeGreaterThan(once.length);
    expect((await bare(path)).code).toBe(0);
    const text = readFileSync(await build(made, ['--ir']), 'utf8');
    expect(text).toContain('openat2(');
    expect(text).toMatch(/^init:$/m);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
  });
});

describe('what cannot be enforced', () => {
  const asked = ['-s', 'lxc.apparmor.profile=some'];

  it('is refused, and no launcher is made', async () => {
    const made = container([]);
    const path = join(made.lxcpath, 'launcher');
    const done = await holdfast(['build', '-P', made.lxcpath, made.name, '-o', path, ...asked]);
    expect(done).toMatchObject({ code: 1, stdout: '' });
    expect(done.stderr).toContain("'lxc.apparmor.profile' is read but cannot be enforced");
    expect(existsSync(path)).toBe(false);
  });

  for (const allow of [
    ['--allow-missing', 'lxc.apparmor.profile'],
    ['-s', 'holdfast.allow_missing=lxc.apparmor.profile'],
  ]) {
    it(`is said at build and at every run, and not enforced, with ${allow[0]}`, async () => {
      const made = container([], 'exit 7');
      const says = "warning HF302: 'lxc.apparmor.profile' is not enforced, as allowed";
      for (let round = 0; round < 2; round += 1) {
        const ran = await holdfast(['run', '-P', made.lxcpath, made.name, ...asked, ...allow]);
        expect(ran.code).toBe(7);
        expect(ran.stderr, `run ${round}`).toContain(says);
      }
      const path = join(made.lxcpath, 'launcher');
      const built = await holdfast(['build', '-P', made.lxcpath, made.name, '-o', path, ...asked, ...allow]);
      expect(built.code).toBe(0);
      expect(built.stderr).toContain(says);
      expect(await bare(path)).toMatchObject({ code: 7, stderr: '' });
    });
  }

  it('something else than what was allowed stays an error', async () => {
    const made = container([]);
    const done = await holdfast(['run', '-P', made.lxcpath, made.name, ...asked, '--allow-missing', 'lxc.selinux.context']);
    expect(done.code).toBe(125);
  });
});
