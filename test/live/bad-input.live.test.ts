// Configurations, names and root file systems that are wrong: each is told on standard error with its place, its value and
// what to do, ends with the documented exit code, and leaves nothing behind (containers() looks after each test).

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('root', 'busybox');
const container = containers();

/** Place of a line in a container's configuration, as an error names it. */
function placeOf({ config }: TestContainer, line: string): string {
  return `${config}:${readFileSync(config, 'utf8').split('\n').indexOf(line) + 1}`;
}

/** Runs it with more words; it must end with `code`, tell each of `says` and nothing of its own inside. */
async function refuses({ lxcpath, name }: TestContainer, words: readonly string[], code: number, ...says: readonly string[]): Promise<string> {
  const done = await holdfast(['run', '-P', lxcpath, name, ...words]);
  for (const text of says) expect(done.stderr).toContain(text);
  expect(done).toMatchObject({ code, stdout: '', timedOut: false });
  expect(done.stderr).not.toMatch(/internal error|^\s+at /m);
  return done.stderr;
}

/** A container with one more line, refused with the place of that line. */
async function refusesLine(line: string, ...says: readonly string[]): Promise<string> {
  const made = container([line]);
  return refuses(made, [], 125, `${placeOf(made, line)}:`, ...says);
}

describe('the root file system', () => {
  it('does not exist', async () => {
    await refusesLine(
      'lxc.rootfs.path = dir:/nonexistent/root',
      "error HF400: the root file system cannot be '/nonexistent/root'",
      'it does not exist',
      'correct lxc.rootfs.path',
    );
  });

  it('is a file', async () => {
    await refusesLine('lxc.rootfs.path = dir:/etc/passwd', "cannot be '/etc/passwd': it is not a directory");
  });

  it('is not absolute', async () => {
    await refusesLine(
      'lxc.rootfs.path = rootfs',
      "'rootfs' is no value for 'lxc.rootfs.path'",
      "beginning with '/'",
      'lxc.rootfs.path = rootfs\n                      ^^^^^^',
    );
  });

  for (const directory of ['proc', 'sys', 'dev']) {
    for (const target of [`/${directory}`, `../../../../../../../${directory}`, 'mnt']) {
      it(`has a symbolic link to ${target} in the place of /${directory}`, async () => {
        const made = container([]);
        const path = join(made.rootfs, directory);
        rmSync(path, { recursive: true });
        symlinkSync(target, path);
        await refuses(made, [], 125, `on /${directory}`, '(ELOOP)', 'it is a symbolic link in the root file system: make it a directory');
      });
    }

    it(`has a file in the place of /${directory}`, async () => {
      const made = container([]);
      rmSync(join(made.rootfs, directory), { recursive: true });
      writeFileSync(join(made.rootfs, directory), '');
      await refuses(made, [], 125, `on /${directory}`, '(ENOTDIR)', 'not a directory in the root file system');
    });
  }
});

describe('a mount', () => {
  it('on a target with ..', async () => {
    await refusesLine('lxc.mount.entry = /tmp mnt/../../etc none bind 0 0', "'mnt/../../etc' cannot be mounted on: it contains '..'");
  });

  it('outside the container', async () => {
    await refusesLine('lxc.mount.entry = /tmp /etc none bind 0 0', "'/etc' lies outside the container", "relative to the container's root: 'etc'");
  });

  it('of a source that does not exist, unless it is optional', async () => {
    await refusesLine('lxc.mount.entry = /nonexistent mnt none bind 0 0', "'/nonexistent' does not exist on the host", "add 'optional'");
    const made = container(['lxc.mount.entry = /nonexistent mnt none bind,optional 0 0'], 'exit 9');
    expect(await holdfast(['run', '-P', made.lxcpath, made.name])).toMatchObject({ code: 9, stderr: '' });
  });

  it('on a target that does not exist', async () => {
    await refusesLine('lxc.mount.entry = /tmp nonexistent none bind 0 0', 'bind /tmp on /nonexistent', '(ENOENT)', 'create=dir or create=file makes it');
  });

  it('of a type the kernel does not know', async () => {
    await refusesLine('lxc.mount.entry = x mnt nosuchfs defaults 0 0', 'mount nosuchfs on /mnt', '(ENODEV)', '/proc/filesystems');
  });

  it("with an option that the file system refuses, in the kernel's own words", async () => {
    await refusesLine('lxc.mount.entry = tmpfs mnt tmpfs size=much 0 0', "Bad value for 'size'", '(EINVAL)');
  });

  it('of a file on a directory', async () => {
    await refusesLine('lxc.mount.entry = /etc/passwd mnt none bind 0 0', 'bind /etc/passwd on /mnt', 'a file can only be mounted on a file');
  });
});

describe('a configuration file', () => {
  /** `-f` a file with this content. */
  async function content(text: string | Uint8Array, code: number, ...says: readonly string[]): Promise<string> {
    const made = container([]);
    const path = join(made.lxcpath, 'other.conf');
    writeFileSync(path, text);
    return refuses(made, ['-f', path], code, ...says.map((one) => one.replaceAll('@FILE@', path)));
  }

  it('is missing, by path and by name', async () => {
    const made = container([]);
    await refuses(made, ['-f', '/nonexistent/config'], 125, "error HF108: cannot read '/nonexistent/config': there is no such file");
    await refuses(made, ['-f', 'nonexistent.conf'], 125, "cannot read 'nonexistent.conf'", 'taken from the current directory');
    rmSync(made.config);
    await refuses(made, [], 125, `there is no container ${made.name}: ${made.config} does not exist`, '-P DIR', '-f FILE');
  });

  it('is a directory', async () => {
    const made = container([]);
    rmSync(made.config);
    mkdirSync(made.config);
    const said = await refuses(made, [], 125, `cannot read '${made.config}': it is a directory`, '1 error, 0 warnings');
    expect(said).not.toContain('HF142'); // what an unread file lacks nobody knows
  });

  it('has a line of 10 MB', async () => {
    const said = await content(`lxc.uts.name = ${'x'.repeat(10_000_000)}\n`, 125, '@FILE@:1:', 'the line is longer than 64 KiB', '1 error');
    expect(said.length).toBeLessThan(1000);
  });

  it('has 20 MB', async () => {
    await content('# comment\n'.repeat(2_000_000), 125, "cannot read '@FILE@': it is larger than 16 MiB");
  });

  it('has NUL bytes', async () => {
    await content('lxc.uts.name = a\0b\n', 125, "cannot read '@FILE@': it contains NUL bytes: it is not a text file");
  });

  it('is not UTF-8', async () => {
    await content(Uint8Array.from(Buffer.from('lxc.uts.name = caf\xe9\n', 'latin1')), 125, '@FILE@:1:19: error HF105', '1 error');
  });

  it('includes itself, directly and by another', async () => {
    const made = container([]);
    const [one, other] = [join(made.lxcpath, 'one.conf'), join(made.lxcpath, 'other.conf')];
    writeFileSync(one, `lxc.include = ${other}\n`);
    writeFileSync(other, `lxc.include = ${one}\n`);
    await refuses(made, ['-f', one], 125, `${other}:1:15: error HF109: the files include each other: ${one} -> ${other} -> ${one}`, '1 error');
    writeFileSync(one, `\nlxc.include = ${one}\n`);
    await refuses(made, ['-f', one], 125, `${one}:2:15: error HF109: the files include each other: ${one} -> ${one}`);
  });

  it('has several errors: all are told, in the order of the lines, each with its line and a caret', async () => {
    const made = container(['lxc.pty.max = many', 'lxc.nosuch = 1', 'lxc.cap.drop = sys_admim', 'lxc.uts.name']);
    const said = await refuses(made, [], 125, '4 errors, 0 warnings');
    const lines = ['lxc.pty.max = many', 'lxc.nosuch = 1', 'lxc.cap.drop = sys_admim', 'lxc.uts.name'];
    const places = lines.map((line) => said.indexOf(`${placeOf(made, line)}:`));
    expect(
      places.every((place) => place >= 0),
      said,
    ).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    for (const line of lines) expect(said).toContain(`\n    ${line}\n`);
    expect(said.match(/\^+/g)?.length).toBe(4);
    expect(said).toContain('sys_admin'); // what was probably meant
  });
});

describe('a configuration that this user may not read', () => {
  const asUser = needing('root', 'user');
  let user: OrdinaryUser | undefined;
  beforeEach(() => {
    if (process.getuid?.() === 0) user = makeOrdinaryUser();
  });
  afterEach(() => user?.remove());

  asUser('is told so by run, and by check with its own code', async () => {
    if (user === undefined) return;
    const path = join(user.home, 'secret.conf');
    writeFileSync(path, 'lxc.uts.name = x\n');
    chownSync(path, 0, 0);
    chmodSync(path, 0o600);
    for (const [command, code] of [
      ['run', 125],
      ['check', 2],
      ['plan', 1],
    ] as const) {
      const done = await user.run([process.execPath, COMMAND, command, '-f', path]);
      expect(done.code, command).toBe(code);
      expect(done.stderr + done.stdout).toContain(`cannot read '${path}': it may not be read by this user`);
    }
  });
});
