// What is around a command: pipes that close, disks that are full, descriptors that are not there, a directory that is gone. No
// stack trace, no hanging, the documented exit code, and a command that gets what it was given.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { writeConfig } from '../support/busybox.ts';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { inheritedEnvironment, run, type RunOptions, type RunResult } from '../support/run.ts';

/** A shell script in which `holdfast` is the command and `$DIR` the directory of containers. */
function script(text: string, dir: string, options: RunOptions = {}): Promise<RunResult> {
  const env = { ...inheritedEnvironment(), NODE: process.execPath, COMMAND, DIR: dir };
  return run(['bash', '-c', `holdfast() { "$NODE" "$COMMAND" "$@"; }\n${text}`], { env, ...options });
}

const QUIET = { stderr: '', timedOut: false };

describe('what is printed', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-streams-'));
    mkdirSync(join(folder, 'web/rootfs'), { recursive: true });
    const many = Array.from({ length: 400 }, (_, index) => `lxc.mount.entry = tmpfs mnt/${index} tmpfs create=dir 0 0`);
    writeConfig(join(folder, 'web'), [`lxc.rootfs.path = dir:${join(folder, 'web/rootfs')}`, 'lxc.net.0.type = empty', ...many]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('may be read in part: plan | head, check | true, help | head', async () => {
    const done = await script('holdfast plan -P "$DIR" --calls web | head -1; holdfast check -P "$DIR" web | true; holdfast --help | head -1', folder);
    expect(done).toMatchObject({ ...QUIET, code: 0 });
    expect(done.stdout).toMatch(/^plan for web: \d+ steps\nUSAGE\n$/);
  });

  test('is whole where it is read slowly', async () => {
    const [slow, direct] = await Promise.all([
      script('holdfast plan -P "$DIR" --calls web | { sleep 1; cat; }', folder),
      holdfast(['plan', '-P', folder, '--calls', 'web']),
    ]);
    expect(slow.stdout.length).toBeGreaterThan(100_000);
    expect(slow.stdout).toBe(direct.stdout);
  });

  test('on a full device: one sentence and the code of a failure', async () => {
    for (const [words, code] of [
      ['plan -P "$DIR" web', 1],
      ['check -P "$DIR" web', 2],
      ['plan -P "$DIR" --json web', 1],
      ['--help', 1],
    ] as const) {
      const done = await script(`holdfast ${words} > /dev/full`, folder);
      expect(done.code, words).toBe(code);
      expect(done.stderr, words).toMatch(/^holdfast: standard output cannot be written: ENOSPC.*\n$/);
    }
  });

  test('with standard output or error closed, full or not read: the code stays', async () => {
    for (const [words, code] of [
      ['plan -P "$DIR" web >&-', 0],
      ['plan nonexistent 2>&-', 1],
      ['plan nonexistent 2>/dev/full', 1],
      ['nonsense 2> >(true)', 2],
      ['run -P "$DIR" nonexistent 2>&- >&- <&-', 125],
    ] as const) {
      const done = await script(`holdfast ${words}; echo "code $?"`, folder);
      expect(done.stdout, words).toBe(`code ${code}\n`);
      expect(done.stderr, words).toBe('');
    }
  });

  test('in a directory that is gone: absolute names work, relative ones are told', async () => {
    const gone = (words: string) => script(`mkdir "$DIR/gone" && cd "$DIR/gone" && rmdir "$DIR/gone" && holdfast ${words}`, folder);
    const absolute = await gone('plan -P "$DIR" web');
    expect(absolute).toMatchObject({ ...QUIET, code: 0 });
    const relative = await gone('plan -f web.conf');
    expect(relative.code).toBe(1);
    expect(relative.stderr).toContain('web.conf: the current directory does not exist any more');
    expect(relative.stderr).not.toContain('internal error');
  });
});

/** What a run must do with its streams, for a container of root and for the embedded one of an ordinary user. */
function streams(it: (title: string, body: () => Promise<void>) => void, sh: (text: string, options?: RunOptions) => Promise<RunResult>): void {
  it('a pipe, a file and nothing as standard input', async () => {
    expect(await sh('printf "a\\nb\\n" | RUN cat')).toMatchObject({ ...QUIET, code: 0, stdout: 'a\nb\n' });
    expect(await sh('RUN wc -c < "$DIR/input"')).toMatchObject({ ...QUIET, code: 0, stdout: expect.stringMatching(/^\s*10000\s*$/) });
    expect(await sh('RUN cat < /dev/null')).toMatchObject({ ...QUIET, code: 0, stdout: '' });
    expect(await sh('yes | RUN head -1')).toMatchObject({ ...QUIET, code: 0, stdout: 'y\n' });
  });

  it('what it writes goes through a pipe, byte for byte, its errors apart', async () => {
    const done = await sh(`RUN sh -c 'printf "\\000\\377\\n" ; echo err >&2; exit 3' | od -An -tx1; echo "code \${PIPESTATUS[0]}"`);
    expect(done.stdout.replaceAll(/ +/g, ' ')).toBe(' 00 ff 0a\ncode 3\n');
    expect(done.stderr).toBe('err\n');
  });

  it('a reader that goes away ends a writer, not the run with a trace', async () => {
    const done = await sh('RUN yes | head -1; echo "code ${PIPESTATUS[0]}"');
    expect(done.stdout).toMatch(/^y\ncode (141|1|0)\n$/);
    expect(done).toMatchObject({ timedOut: false });
    expect(done.stderr).not.toMatch(/holdfast|at /);
  });

  it('a full device is an error of the command alone', async () => {
    const done = await sh(`RUN sh -c 'echo lost || exit 7' > /dev/full`);
    expect(done).toMatchObject({ code: 7, timedOut: false });
    expect(done.stderr).toMatch(/No space left on device|I\/O error/);
    expect(done.stderr).not.toContain('holdfast');
  });

  it('a closed descriptor is /dev/null for it, and not what happens to be opened next', async () => {
    for (const [closed, fds] of [
      ['<&-', '0'],
      ['>&-', '1'],
      ['2>&-', '2'],
      ['<&- >&- 2>&-', '0 1 2'],
    ] as const) {
      // 1:3 is the null device (Documentation/admin-guide/devices.txt)
      const test = `for fd in ${fds}; do test "$(stat -L -c %t:%T /proc/$$/fd/$fd)" = 1:3 || exit 9; done; exit 4`;
      const done = await sh(`RUN sh -c '${test}' ${closed}; echo "code $?"`);
      expect(done.stdout, closed).toBe('code 4\n');
    }
  });

  it('odd words arrive as they are', async () => {
    const done = await sh(`RUN printf '<%s>' '' ' ' $'tab\\there' $'line\\nbreak' '*' '$HOME' '--' '-n' "it's" '日本' `);
    expect(done).toMatchObject({ ...QUIET, code: 0, stdout: "<>< ><tab\there><line\nbreak><*><$HOME><--><-n><it's><日本>" });
  });

  it('nothing of the environment comes along but TERM', async () => {
    const done = await sh(`SECRET=1 LD_PRELOAD_X=2 BASH_ENV_X=3 TERM=dumb RUN env`);
    const names = done.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(new Set(names.filter((one) => one !== 'container_ttys'))).toEqual(new Set(['PATH', 'TERM', 'container']));
    expect(done.stdout).toContain('TERM=dumb');
  });
}

describe('a run of a container', () => {
  const it = needing('root', 'busybox');
  const container = containers();
  let made: TestContainer;
  beforeEach(() => {
    made = container([]);
    writeFileSync(join(made.lxcpath, 'input'), 'x'.repeat(10_000));
  });
  streams(it, (text, options) => script(text.replaceAll('RUN', `holdfast run -P "$DIR" ${made.name} --`), made.lxcpath, options));
});

describe('a run of an ordinary user in the embedded container', () => {
  const it = needing('user', 'userns');
  let user: OrdinaryUser;
  beforeEach(() => {
    user = makeOrdinaryUser();
    writeFileSync(join(user.home, 'input'), 'x'.repeat(10_000));
  });
  afterEach(() => user.remove());
  streams(it, (text, options) => {
    const env = { ...user.env, NODE: process.execPath, COMMAND, DIR: user.home };
    return user.run(['bash', '-c', `holdfast() { "$NODE" "$COMMAND" "$@"; }\n${text.replaceAll('RUN', 'holdfast run --')}`], { env, ...options });
  });
});
