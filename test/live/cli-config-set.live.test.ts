// holdfast config set and unset on real files: owner, mode, links, what is no file to edit, full and read-only file systems, two at once,
// and an end in between. What an edit makes of a text is in src/config/edit/edit-config.test.ts.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMAND, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const BEFORE = '# mine\r\nlxc.tty.max = 4\r\n';
const AFTER = '# mine\r\nlxc.tty.max = 6\r\n';
let folder = '';
let config = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-set-'));
  mkdirSync(join(folder, 'web'));
  config = join(folder, 'web/config');
  writeFileSync(config, BEFORE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const set = (...words: string[]) => holdfast(['config', 'set', ...words]);
const setTty = (file = config) => set('-f', file, 'lxc.tty.max', '6');
/** No lock and no half of a file. */
const names = () => readdirSync(join(folder, 'web'));

test('by name, and what is printed and returned', async () => {
  expect(await set('-P', folder, 'web', 'lxc.tty.max', '6')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(config, 'utf8')).toBe(AFTER);
  expect(await holdfast(['config', 'unset', '-P', folder, 'web', 'lxc.tty.max'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(config, 'utf8')).toBe('# mine\r\n');
  expect(await holdfast(['config', 'unset', '-P', folder, 'web', 'lxc.tty.max'])).toMatchObject({ code: 1 });
  expect(names()).toEqual(['config']);
});

test.each<readonly [words: readonly string[], code: number, stderr: string]>([
  [['web', 'lxc.tty.mxa', '6'], 1, 'HF101'],
  [['web', 'lxc.tty.max', 'many'], 1, 'HF120'],
  [['web', 'lxc.tty.max'], 2, 'expected NAME KEY VALUE'],
  [['none', 'lxc.tty.max', '6'], 1, 'there is no container none'],
])('%j changes nothing', async (words, code, stderr) => {
  const before = statSync(config);
  const same = ({ ino, mtimeMs, ctimeMs }: typeof before) => [ino, mtimeMs, ctimeMs];
  const ended = await set('-P', folder, ...words);
  expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(stderr)]);
  expect(same(statSync(config))).toEqual(same(before));
});

needing('root')('owner and mode stay, and the time is that of the change', async () => {
  chownSync(config, 4321, 1234);
  chmodSync(config, 0o2664);
  utimesSync(config, 1, 1);
  expect((await setTty()).code).toBe(0);
  const { uid, gid, mode, mtimeMs } = statSync(config);
  expect([readFileSync(config, 'utf8'), uid, gid, mode & 0o7777]).toEqual([AFTER, 4321, 1234, 0o2664]);
  expect(mtimeMs).toBeGreaterThan(1_000_000);
});

test('a symbolic link stays one, and its target is changed', async () => {
  const link = join(folder, 'link');
  symlinkSync('web/config', link);
  expect((await setTty(link)).code).toBe(0);
  expect([lstatSync(link).isSymbolicLink(), readFileSync(config, 'utf8')]).toEqual([true, AFTER]);
});

test.each<readonly [what: string, make: (at: string) => unknown, said: string]>([
  ['a directory', (at) => mkdirSync(at), 'no regular file'],
  ['nothing', () => undefined, 'ENOENT'],
  ['a link to itself', (at) => symlinkSync(at, at), 'ELOOP'],
  ['a device', (at) => symlinkSync('/dev/zero', at), 'no regular file'],
  ['bytes that are no text', (at) => writeFileSync(at, Buffer.from([0x23, 0xff, 0x0a])), 'no UTF-8 text'],
  ['a huge file', (at) => writeFileSync(at, Buffer.alloc(17 * 1024 * 1024, 0x0a)), 'larger than 16 MiB'],
  ['a file with two names', (at) => (writeFileSync(`${at}2`, BEFORE), linkSync(`${at}2`, at)), 'hard links'],
])('%s is refused', async (_, make, said) => {
  const at = join(folder, 'odd');
  make(at);
  const ended = await setTty(at);
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(said)]);
});

/** Mounts only for the command, in a mount namespace of its own. */
const within = (mount: string) =>
  run(['unshare', '-m', 'sh', '-c', `${mount} && exec "$0" "$@"`, process.execPath, COMMAND, 'config', 'set', '-f', config, 'lxc.tty.max', '6']);

needing('root')('a read-only file system keeps the old text', async () => {
  const ended = await within(`mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`);
  expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('EROFS')]);
  expect([readFileSync(config, 'utf8'), names()]).toEqual([BEFORE, ['config']]);
});

needing('root')('a full disk keeps the old text', async () => {
  const here = join(folder, 'web');
  const fill = `mount -t tmpfs -o size=8k none ${here} && printf 'lxc.tty.max = 4\\n' > ${config} && ! head -c 100k /dev/zero > ${here}/full 2>/dev/null`;
  const show = `"$0" "$@"; echo "code $?"; cat ${config}; ls -A ${here}`;
  const ended = await run([
    'unshare',
    '-m',
    'sh',
    '-c',
    `${fill} && { ${show}; }`,
    process.execPath,
    COMMAND,
    'config',
    'set',
    '-f',
    config,
    'lxc.tty.max',
    '6',
  ]);
  expect([ended.stdout, ended.stderr]).toEqual(['code 1\nlxc.tty.max = 4\nconfig\nfull\n', expect.stringContaining('ENOSPC')]);
});

test('of many at once none is lost', async () => {
  const ended = await Promise.all(Array.from({ length: 8 }, (_, at) => set('-f', config, '--append', 'lxc.environment', `N${at}=1`)));
  expect(ended.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(Array(8).fill('0'));
  const found = readFileSync(config, 'utf8').match(/^lxc\.environment = N\d=1\r$/gm) ?? [];
  expect([...found].sort()).toEqual(Array.from({ length: 8 }, (_, at) => `lxc.environment = N${at}=1\r`));
  expect(names()).toEqual(['config']);
});

test('the lock of a process that is gone is taken over, that of a living one is not', async () => {
  const lock = join(folder, 'web/.config.holdfast-edit');
  symlinkSync('4194305:1', lock);
  expect((await setTty()).code).toBe(0);
  expect(names()).toEqual(['config']);
  const stat = readFileSync('/proc/self/stat', 'utf8');
  symlinkSync(`${process.pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`, lock);
  expect((await set('-f', config, 'lxc.tty.max', '7')).stderr).toContain(`is being changed by another process (${process.pid})`);
  expect(readFileSync(config, 'utf8')).toBe(AFTER);
});

test('killed at any moment, the file is the old or the new one', async () => {
  const seen = new Set<string>();
  for (const delay of [0, 30, 60, 90, 110, 130, 150, 170, 190, 210, 240, 280, 340]) {
    writeFileSync(config, BEFORE);
    const child = spawn(process.execPath, [COMMAND, 'config', 'set', '-f', config, 'lxc.tty.max', '6'], { stdio: 'ignore' });
    const gone = new Promise((done) => child.once('exit', done));
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    await gone;
    clearTimeout(timer);
    seen.add(readFileSync(config, 'utf8'));
  }
  expect([BEFORE, AFTER]).toEqual(expect.arrayContaining([...seen]));
  expect((await setTty()).code).toBe(0); // whatever lock or half was left
  expect(names()).toEqual(['config']);
});

const NOBODY = 65_534;
const asRoot = needing('root');
asRoot("a link of somebody else's is not followed to a file that is not his", async () => {
  const link = join(folder, 'link');
  symlinkSync('web/config', link);
  lchownSync(link, NOBODY, NOBODY);
  expect(await setTty(link)).toMatchObject({ code: 1, stderr: expect.stringContaining('a link that belongs to user 65534') });
  expect(readFileSync(config, 'utf8')).toBe(BEFORE);
  chownSync(config, NOBODY, NOBODY);
  expect((await setTty(link)).code).toBe(0);
});

asRoot('the owner of the folder gets no file of root by putting a link in the way of the new one', async () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'secret', { mode: 0o600 });
  const web = join(folder, 'web');
  chmodSync(folder, 0o755);
  for (const path of [web, config]) chownSync(path, NOBODY, NOBODY);
  // Again and again the new file is replaced by a link to root's.
  const script = `while :; do [ -f .config.holdfast-new ] && ln -sfn ${secret} .config.holdfast-new; done`;
  const attacker = spawn('sh', ['-c', script], { cwd: web, uid: NOBODY, gid: NOBODY, stdio: 'ignore' });
  try {
    for (let round = 0; round < 12; round++) await set('-f', config, 'lxc.tty.max', String(round));
  } finally {
    attacker.kill('SIGKILL');
  }
  const { uid, gid, mode } = statSync(secret);
  expect([uid, gid, mode & 0o7777, readFileSync(secret, 'utf8')]).toEqual([0, 0, 0o600, 'secret']);
});
