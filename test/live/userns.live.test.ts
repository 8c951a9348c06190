// holdfast userns: whose command it is by the kernel's own word, as root and as an ordinary user, with and without newuidmap.

import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { COMMAND, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';

const MAPS = 'cat /proc/self/uid_map /proc/self/gid_map';
const words = (text: string) => text.trim().split(/\s+/).map(Number);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-userns-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('root', () => {
  const it = needing('root');
  it('runs a command with a map of its own: input, directory, environment and status are the same', async () => {
    const script = `${MAPS}; id -u; pwd; echo $WORD; cat; exit 7`;
    const command = ['userns', '-m', 'u:0:500000:10', '-m', 'g:0:600000:10', '-m', 'u:100:700000:1', '--', 'sh', '-c', script];
    const ended = await run(['sh', '-c', 'cd /usr && echo given | WORD=kept "$@"', 'sh', process.execPath, COMMAND, ...command]);
    expect(ended).toMatchObject({ code: 7, stderr: '' });
    expect(words(ended.stdout.split('\n').slice(0, 3).join(' '))).toEqual([0, 500000, 10, 100, 700000, 1, 0, 600000, 10]);
    expect(ended.stdout.split('\n').slice(3)).toEqual(['0', '/usr', 'kept', 'given', '']);
  });

  it('has no rights over ids outside, and files made inside belong to the mapped ids', async () => {
    chownSync(folder, 500000, 600000);
    writeFileSync(join(folder, 'foreign'), '');
    const forbidden = ['chown 0 foreign', 'mknod d c 1 3', 'cat /etc/shadow', 'kill -0 1', 'hostname x', 'date -s @0'];
    const script = `touch mine; chown 1:2 mine; ${forbidden.map((one) => `(${one}) > out 2>&1 && echo did ${one}`).join('; ')}; true`;
    const command = ['userns', '-m', 'u:0:500000:10', '-m', 'g:0:600000:10', '--', 'sh', '-c', script];
    const ended = await run(['sh', '-c', `cd ${folder} && "$@"`, 'sh', process.execPath, COMMAND, ...command]);
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const { uid, gid } = statSync(join(folder, 'mine'));
    expect([uid, gid]).toEqual([500001, 600002]);
    expect(statSync(join(folder, 'foreign')).uid).toBe(0);
    expect(existsSync(join(folder, 'd'))).toBe(false);
  });

  it('takes the map of a container', async () => {
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'web/config'), 'lxc.rootfs.path = dir:/srv\nlxc.init.cmd = /init\nlxc.idmap = b 0 800000 5\n');
    const ended = await holdfast(['userns', '-P', folder, '-n', 'web', '--', 'sh', '-c', MAPS]);
    expect([ended.code, words(ended.stdout)]).toEqual([0, [0, 800000, 5, 0, 800000, 5]]);
  });

  it('refuses bad maps, each for its reason', async () => {
    const bad = [
      [['-m', 'b:0:100000'], 125, 'HF120'],
      [['-m', 'u:0:100000:10'], 125, 'HF324'],
      [['-m', 'b:5:100000:10'], 125, 'HF325'],
      [['-m', 'b:0:100000:10', '-m', 'u:5:200000:10'], 125, 'HF320'],
      [['-m', 'b:0:4294967294:2'], 125, 'HF120'],
      [['-m', 'b:0:100000:10', '-n', 'web'], 2, 'either'],
    ] as const;
    for (const [flags, code, said] of bad) {
      expect(await holdfast(['userns', ...flags, '--', 'true']), flags.join(' ')).toMatchObject({ code, stderr: expect.stringContaining(said) });
    }
  });

  it('runs nothing when there is nothing to run', async () => {
    expect(await holdfast(['userns'])).toMatchObject({ code: 2 });
    expect(await holdfast(['userns', '--', 'no-such-program'])).toMatchObject({ code: 127 });
  });
});

describe('an ordinary user', () => {
  let user: OrdinaryUser;
  beforeEach(() => {
    user = makeOrdinaryUser();
  });
  afterEach(() => user.remove());
  const it = needing('root', 'user', 'newuidmap');
  const userns = (...rest: string[]) => user.run([process.execPath, COMMAND, 'userns', ...rest]);
  const granted = (file: string) => words((new RegExp(`^${user.name}:(\\d+:\\d+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? '').replace(':', ' '));
  /** With files of the test's in the place of the system's, in a mount namespace. */
  const where = (files: Readonly<Record<string, string>>, argv: readonly string[]) => {
    const binds = Object.entries(files).map(([path, text], index) => {
      const own = join(folder, String(index));
      writeFileSync(own, text, { mode: 0o644 });
      return `mount --bind ${own} ${path}`;
    });
    return run(['unshare', '-m', 'sh', '-c', `${binds.join(' && ')} && exec "$@"`, 'sh', ...user.command(argv)], { cwd: user.home, env: user.env });
  };

  it('has the granted ids, and makes files of them', async () => {
    const ended = await userns('--', 'sh', '-c', `${MAPS}; touch mine; chown 5:6 . ; mkdir d; chown 5:6 d`);
    expect(words(ended.stdout)).toEqual([0, ...granted('/etc/subuid'), 0, ...granted('/etc/subgid')]);
    expect(
      (
        await userns(
          '-m',
          `u:0:${user.uid}:1`,
          '-m',
          `g:0:${user.gid}:1`,
          '-m',
          `b:1:${granted('/etc/subuid')[0]}:100`,
          '--',
          'sh',
          '-c',
          'mkdir d && chown 5:6 d',
        )
      ).stderr,
    ).toBe('');
    const { uid, gid } = statSync(join(user.home, 'd'));
    expect([uid, gid]).toEqual([(granted('/etc/subuid')[0] ?? 0) + 4, (granted('/etc/subgid')[0] ?? 0) + 5]);
    await userns('-m', `u:0:${user.uid}:1`, '-m', `g:0:${user.gid}:1`, '-m', `b:1:${granted('/etc/subuid')[0]}:100`, '--', 'rm', '-r', 'd');
    expect(existsSync(join(user.home, 'd'))).toBe(false);
  });

  it('cannot have ids of others', async () => {
    expect(await userns('-m', 'b:0:0:1', '--', 'true')).toMatchObject({ code: 125, stderr: expect.stringMatching(/HF326: user ids 0 are not granted/) });
  });

  it('without newuidmap has one id, and is told so', async () => {
    const ended = await where({ '/usr/bin/newuidmap': '' }, [process.execPath, COMMAND, 'userns', '--', 'sh', '-c', `${MAPS}; cat /proc/self/setgroups`]);
    expect(ended.stdout.trim().split(/\s+/)).toEqual([0, user.uid, 1, 0, user.gid, 1, 'deny'].map(String));
    expect(ended.stderr).toContain('HF330');
  });

  it('is told of a malformed line with its place', async () => {
    const lines = `# mine\n${user.name}:100000\n`;
    const ended = await where({ '/etc/subuid': lines }, [process.execPath, COMMAND, 'userns', '-m', 'b:0:100000:10', '--', 'true']);
    expect(ended).toMatchObject({ code: 125, stderr: expect.stringMatching(/\/etc\/subuid:2:1: error HF381: '.*:100000' would grant user ids/) });
  });

  it('fails cleanly where the grant is gone between check and start', async () => {
    const launcher = join(folder, 'launcher');
    mkdirSync(join(folder, 'web/rootfs'), { recursive: true });
    writeFileSync(join(folder, 'web/config'), `lxc.rootfs.path = dir:${folder}/web/rootfs\nlxc.init.cmd = /init\nlxc.uts.name = x\nlxc.net.0.type = empty\n`);
    chownSync(folder, user.uid, user.gid);
    const built = await user.run([process.execPath, COMMAND, 'build', '-P', folder, 'web', '-o', launcher]);
    expect(built).toMatchObject({ code: 0 });
    const ended = await where({ '/etc/subuid': '' }, [launcher]);
    expect(ended).toMatchObject({ code: 125, stderr: expect.stringMatching(/newuidmap: .*not allowed.*map user ids .* by \/usr\/bin\/newuidmap/s) });
  });

  needing(
    'root',
    'user',
    'newuidmap',
    'lxc',
  )('has the ids that lxc-usernsexec gives', async () => {
    const theirs = await user.run(['lxc-usernsexec', '--', 'sh', '-c', MAPS]);
    expect((await userns('--', 'sh', '-c', MAPS)).stdout).toBe(theirs.stdout);
    const maps = ['-m', `u:0:${granted('/etc/subuid')[0]}:5`, '-m', `g:0:${granted('/etc/subgid')[0]}:5`];
    const explicit = await user.run(['lxc-usernsexec', ...maps, '--', 'sh', '-c', `${MAPS}; id`]);
    expect((await userns(...maps, '--', 'sh', '-c', `${MAPS}; id`)).stdout).toBe(explicit.stdout);
  });
});
