// holdfast config upgrade as people use it: the change is shown, written only when told to, and the file stays who it was.

import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMAND, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-'));
  mkdirSync(join(folder, 'web'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'web/config');
const OLD = '# mine\nlxc.utsname = web\nlxc.cgroup.cpu.shares = 512\nlxc.cgroup.net_cls.classid = 5\n';
const upgrade = (...words: string[]) => holdfast(['config', 'upgrade', '-P', folder, ...words]);

test('shows a difference and writes nothing; with --write it is written and nothing is left to do', async () => {
  writeFileSync(path(), OLD);
  const shown = await upgrade('web');
  expect(shown.code).toBe(1);
  expect(shown.stdout).toBe(
    [
      `--- ${path()}`,
      `+++ ${path()}`,
      '@@ -1,4 +1,4 @@',
      ' # mine',
      '-lxc.utsname = web',
      '-lxc.cgroup.cpu.shares = 512',
      '+lxc.uts.name = web',
      '+lxc.cgroup2.cpu.weight = 59',
      ' lxc.cgroup.net_cls.classid = 5',
      '',
    ].join('\n'),
  );
  expect(shown.stderr).toMatch(/config:4:1: warning HF170: LXC 7\.0 has nothing for 'lxc\.cgroup\.net_cls\.classid'/);
  expect(shown.stderr).toContain('nothing was written; --write does it');
  expect(readFileSync(path(), 'utf8')).toBe(OLD);
  expect((await upgrade('web', '--write')).code).toBe(0);
  expect(readFileSync(path(), 'utf8')).toBe('# mine\nlxc.uts.name = web\nlxc.cgroup2.cpu.weight = 59\nlxc.cgroup.net_cls.classid = 5\n');
  const again = await upgrade('web');
  expect([again.code, again.stdout]).toEqual([0, '']);
});

test('a file by its path, for another generation, and by force', async () => {
  writeFileSync(path(), OLD);
  expect((await upgrade(path(), '--to', '6.0')).stdout).toContain(' lxc.cgroup.cpu.shares = 512');
  expect((await upgrade(path(), '--to', '1.0')).stdout).toBe('');
  expect((await upgrade(path(), '--force', '--write')).code).toBe(0);
  expect(readFileSync(path(), 'utf8')).toContain('# not in LXC 7.0: lxc.cgroup.net_cls.classid = 5');
});

test('what it includes is named, and written with --recursive', async () => {
  const part = join(folder, 'part.conf');
  writeFileSync(part, 'lxc.tty = 2\n');
  writeFileSync(path(), `lxc.include = ${part}\n`);
  const alone = await upgrade('web');
  expect([alone.code, alone.stdout]).toEqual([0, '']);
  expect(alone.stderr).toContain(`${part} is included and has lines to upgrade as well`);
  expect((await upgrade('web', '--recursive', '--write')).code).toBe(0);
  expect(readFileSync(part, 'utf8')).toBe('lxc.tty.max = 2\n');
});

test('wrong lines, wrong words, nothing there', async () => {
  writeFileSync(path(), 'lxc.utsname = web\nlxc.nonsense = 1\n');
  const wrong = await upgrade('web', '--write');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("HF101: unknown key 'lxc.nonsense'");
  expect(readFileSync(path(), 'utf8')).toContain('lxc.utsname');
  expect(await upgrade('web', '--to', '9')).toMatchObject({ code: 2, stderr: expect.stringContaining("expected 1.0, 2.1, 6.0, 7.0, not '9'") });
  expect((await upgrade('absent')).stderr).toContain('there is no container absent');
  expect((await upgrade()).code).toBe(2);
});

const it = needing('root');
it('owner and mode stay, and a file system that is read-only is told', async () => {
  writeFileSync(path(), OLD);
  chownSync(path(), 1234, 2345);
  chmodSync(path(), 0o640);
  expect((await upgrade('web', '--write')).code).toBe(0);
  const { uid, gid, mode } = statSync(path());
  expect([uid, gid, mode & 0o7777]).toEqual([1234, 2345, 0o640]);
  writeFileSync(path(), OLD);
  const script = `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder} && exec "$@"`;
  const done = await run(['unshare', '--mount', 'sh', '-c', script, 'sh', process.execPath, COMMAND, 'config', 'upgrade', '-P', folder, 'web', '--write']);
  expect(done.code).toBe(1);
  expect(done.stderr).toMatch(/cannot be changed: .*read-only/i);
  expect(readFileSync(path(), 'utf8')).toBe(OLD);
});
