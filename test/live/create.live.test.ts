// holdfast create and destroy, as root and as an ordinary user: what is made runs at once, what fails or is removed leaves nothing.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { COMMAND, holdfast, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { inheritedEnvironment, run, type RunResult } from '../support/run.ts';

const REGISTER = '/var/lib/holdfast/ids.json';
const registered = () => (existsSync(REGISTER) ? readFileSync(REGISTER, 'utf8') : '');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-create-'));
  chmodSync(folder, 0o755); // LXC's templates run as the mapped root
});
afterEach(async () => {
  // Of a test that failed half-way.
  const { containers: given } = JSON.parse(registered() || '{"containers":[]}') as { containers: { config: string }[] };
  for (const { config } of given.filter((one) => one.config.startsWith(`${folder}/`))) await holdfast(['ids', 'release', '--force', '-f', config]);
  rmSync(folder, { recursive: true, force: true });
});

const unique = (word: string) => `${word}${process.pid}`;
const root = (...words: string[]) => holdfast([...words.slice(0, 1), '-P', folder, ...words.slice(1)], { timeoutMs: 60_000 });
const template = (script: string): string => {
  const path = join(folder, 'template');
  writeFileSync(path, `#!/bin/sh\nset -e\n${script}\n`, { mode: 0o755 });
  return path;
};
const line = (done: RunResult) => done.stderr.trim();

describe('root', () => {
  const it = needing('root', 'busybox');

  it('makes a container that starts as it is, with ids of its own, and removes it without a trace', async () => {
    const name = unique('c');
    const made = await root('create', name, '-t', 'busybox', '--json');
    expect(made.code).toBe(0);
    const { rootfs, config, idmap } = JSON.parse(made.stdout) as { rootfs: string; config: string; idmap: { kind: string; outside: number; count: number }[] };
    const [first = { outside: 0, count: 0 }] = idmap;
    expect([first.count, idmap.length]).toEqual([65536, 2]);
    expect(registered()).toContain(config);
    expect([statSync(rootfs).uid, statSync(join(rootfs, 'etc/shadow')).uid, lstatSync(join(rootfs, 'bin/sh')).uid]).toEqual(Array(3).fill(first.outside));
    expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('700');
    expect((await root('ls')).stdout).toMatch(new RegExp(`^${name} +stopped`, 'm'));
    expect(await root('create', name, '-t', 'busybox')).toMatchObject({ code: 1, stderr: expect.stringContaining('already') });

    expect(await root('start', name)).toMatchObject({ code: 0, stderr: '' });
    try {
      const inside = await holdfast([
        'attach',
        name,
        '--',
        'sh',
        '-c',
        'hostname; id -u; cat /proc/self/uid_map; su nobody -s /bin/sh -c "echo x > /tmp/x && id -u"; ls /tmp',
      ]);
      expect(inside.stdout.trim().split(/\s+/)).toEqual([name, '0', '0', String(first.outside), '65536', '65534', 'x']);
      expect(statSync(join(rootfs, 'tmp/x')).uid).toBe(first.outside + 65534);
      expect(await root('destroy', name)).toMatchObject({ code: 1, stderr: expect.stringContaining('stop it first') });
    } finally {
      expect((await holdfast(['stop', '-t', '20', name])).stderr).toBe('');
    }
    expect(await root('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    expect([readdirSync(folder), registered().includes(config)]).toEqual([[], false]);
    expect(await root('destroy', name)).toMatchObject({ code: 1, stderr: expect.stringContaining('no container') });
  });

  it('of two at once one makes it', async () => {
    const name = unique('two');
    const done = await Promise.all([1, 2, 3].map(() => root('create', name, '-t', 'busybox')));
    expect(done.map(({ code }) => String(code)).sort()).toEqual(['0', '1', '1']);
    for (const { stderr } of done.filter(({ code }) => code === 1)) expect(stderr).toMatch(/already/);
    expect((await root('check', name)).code).toBeLessThan(2);
    expect((await root('destroy', name)).code).toBe(0);
  });

  it('leaves nothing where it fails, and says why', async () => {
    const bad = join(folder, 'bad.conf');
    writeFileSync(bad, 'lxc.cap.dorp = sys_time\n');
    const failing = template('touch "$(echo "$1" | sed s/--path=//)/made"; exit 3');
    rmSync(join(folder, 'none'), { recursive: true, force: true });
    const cases = [
      [[unique('a'), '-t', 'busybox', '-f', bad], 1, /bad.conf|config:\d+: .*lxc.cap.d/],
      [[unique('a'), '-t', failing], 1, /failed with status 3/],
      [[unique('a'), '-t', 'nonsense'], 1, /no template nonsense/],
      [[unique('a'), '-t', 'busybox', '--', '--busybox-path', '/bin/ls'], 1, /no static program/],
      [[unique('a'), '-t', 'busybox', '--', '--nonsense'], 2, /--busybox-path PATH, and nothing else/],
      [[unique('a'), '-t', 'none'], 2, /--rootfs DIR/],
      [[unique('a'), '-t', 'none', '--rootfs', join(folder, 'nowhere')], 2, /no directory/],
      [['../a', '-t', 'busybox'], 2, /no name/],
      [['-x', '-t', 'busybox'], 2, /./],
    ] as const;
    for (const [words, code, said] of cases) {
      const done = await root('create', ...words);
      expect([done.code, line(done)], words.join(' ')).toEqual([code, expect.stringMatching(said)]);
    }
    expect(readdirSync(folder).sort()).toEqual(['bad.conf', 'template']);
    expect(registered()).not.toContain(folder);
  });

  it('takes up what a killed one left, and destroy removes it', async () => {
    const name = unique('killed');
    const slow = template('echo begun; mkdir "$(echo "$1" | sed s/--path=//)/rootfs/half"; exec sleep 60');
    const base = join(folder, 'base.conf');
    writeFileSync(base, 'holdfast.idmap = auto\n');
    const kill = async () => {
      const child = spawn(process.execPath, [COMMAND, 'create', '-P', folder, name, '-t', slow, '-f', base], {
        stdio: 'ignore',
        env: inheritedEnvironment(),
        detached: true,
      });
      const ended = new Promise((done) => child.once('exit', done));
      await until('it is half made', () => existsSync(join(folder, name, 'rootfs/half')));
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    };
    await kill();
    expect(await root('create', name, '-t', 'busybox')).toMatchObject({ code: 0, stderr: expect.stringContaining('never finished') });
    expect(existsSync(join(folder, name, 'rootfs/half'))).toBe(false);
    expect((await root('destroy', name)).code).toBe(0);
    await kill();
    expect(await root('start', name)).toMatchObject({ code: 125, stderr: expect.stringContaining('is not finished') });
    expect((await root('ls')).stdout).not.toContain(name);
    expect(await root('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    expect([readdirSync(folder).sort(), registered().includes(folder)]).toEqual([['base.conf', 'template'], false]);
  });

  it('removes deep trees and closed directories, follows no link out, and stops before what is mounted', async () => {
    const name = unique('deep');
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'kept'), 'x');
    await root('create', name, '-t', 'busybox');
    const rootfs = join(folder, name, 'rootfs');
    symlinkSync(outside, join(rootfs, 'tmp/link'));
    mkdirSync(join(rootfs, 'tmp', 'd/'.repeat(1500)), { recursive: true });
    mkdirSync(join(rootfs, 'srv/closed/below'), { recursive: true });
    chmodSync(join(rootfs, 'srv/closed'), 0);
    const mounted = await run([
      'unshare',
      '-m',
      'sh',
      '-c',
      `mount --bind ${outside} ${rootfs}/mnt && exec "$@"`,
      'sh',
      process.execPath,
      COMMAND,
      'destroy',
      '-P',
      folder,
      name,
    ]);
    expect(mounted).toMatchObject({ code: 1, stderr: expect.stringContaining('unmount it first') });
    expect(existsSync(join(folder, name, 'config'))).toBe(true);
    expect(await root('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    expect([existsSync(join(folder, name)), readFileSync(join(outside, 'kept'), 'utf8')]).toEqual([false, 'x']);
  });

  it('leaves a root file system that lies elsewhere', async () => {
    const name = unique('none');
    const rootfs = join(folder, 'tree');
    mkdirSync(rootfs);
    expect((await root('create', name, '-t', 'none', '--rootfs', rootfs)).code).toBe(0);
    expect(readFileSync(join(folder, name, 'config'), 'utf8')).toContain(`lxc.rootfs.path = dir:${rootfs}\nlxc.rootfs.managed = 0\n`);
    expect(await root('destroy', name)).toMatchObject({ code: 0, stderr: `${rootfs} stays: it is not in the directory of the container\n` });
    expect(readdirSync(folder)).toEqual(['tree']);
  });

  it("runs a template in LXC's calling convention: as the host's root, or as root of the container", async () => {
    const script = template(
      'echo "$@" >&2; for w; do case $w in --path=*) p=${w#*=};; --rootfs=*) r=${w#*=};; esac; done; id -u > $r/who; cat /proc/self/uid_map >> $r/who; cat /etc/shadow > $r/shadow 2>/dev/null || true; echo "lxc.environment = A=b" >> $p/config',
    );
    const [plain, own] = [unique('plain'), unique('own')];
    const first = await root('create', plain, '-t', script, '--', '--release', 'x y');
    const at = (name: string) => join(folder, name);
    expect(line(first)).toContain(`--path=${at(plain)} --name=${plain} --release x y --rootfs=${at(plain)}/rootfs`);
    expect(readFileSync(join(at(plain), 'rootfs/who'), 'utf8')).toMatch(/^0\n +0 +0 4294967295$/m);
    const base = join(folder, 'base.conf');
    writeFileSync(base, 'lxc.idmap = b 0 700000 1000\n');
    const second = await root('create', own, '-t', script, '-f', base);
    expect([second.code, line(second)]).toEqual([0, expect.stringContaining('--mapped-uid 0 --mapped-gid 0')]);
    expect(readFileSync(join(at(own), 'rootfs/who'), 'utf8')).toMatch(/^0\n +0 +700000 +1000$/m);
    // Nothing of the host's root is within its reach, and what it wrote to is the caller's again.
    expect(readFileSync(join(at(own), 'rootfs/shadow'), 'utf8')).toBe('');
    expect([statSync(join(at(own), 'rootfs/who')).uid, statSync(join(at(own), 'config')).uid, statSync(at(own)).uid]).toEqual([700000, 0, 0]);
    expect(readFileSync(join(at(own), 'config'), 'utf8')).toMatch(/^lxc\.idmap = b 0 700000 1000[^]*lxc\.environment = A=b\n$/m);
    for (const name of [plain, own]) expect((await root('destroy', name)).code).toBe(0);
  });

  it('a template that puts a link in the place of its configuration fails', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'x', { mode: 0o600 });
    const base = join(folder, 'base.conf');
    writeFileSync(base, 'lxc.idmap = b 0 700000 1000\n');
    const script = template(`p=\${1#*=}; rm $p/config; ln -s ${secret} $p/config`);
    expect((await root('create', unique('l'), '-t', script, '-f', base)).code).toBe(1);
    expect([statSync(secret).uid, readFileSync(secret, 'utf8'), existsSync(join(folder, unique('l')))]).toEqual([0, 'x', false]);
  });

  needing(
    'root',
    'busybox',
    'lxc-templates',
  )("runs LXC's own busybox template", async () => {
    const name = unique('lxc');
    const made = await root('create', name, '-t', '/usr/share/lxc/templates/lxc-busybox');
    expect(made.code).toBe(0);
    expect(readFileSync(join(folder, name, 'config'), 'utf8')).toContain('lxc.mount.auto = cgroup:mixed proc:mixed sys:ro');
    const ended = await holdfast(['run', '-P', folder, name, '--', 'sh', '-c', 'hostname; ls /bin/busybox']);
    expect(ended.stdout.trim().split(/\s+/)).toEqual([name, '/bin/busybox']);
    expect((await root('destroy', name)).code).toBe(0);
  });
});

describe('an ordinary user, whose home nobody else may enter', () => {
  let user: OrdinaryUser;
  beforeEach(() => {
    user = makeOrdinaryUser();
    chmodSync(user.home, 0o700);
  });
  afterEach(() => user.remove());
  const it = needing('root', 'user', 'busybox', 'userns');
  const as = (...words: string[]) => user.run([process.execPath, COMMAND, ...words], { timeoutMs: 60_000 });
  const containers = () => join(user.home, '.local/share/lxc');

  needing(
    'root',
    'user',
    'busybox',
    'newuidmap',
  )('creates, starts, enters, stops and removes a container with granted ids, and nothing else is to be done', async () => {
    const name = unique('u');
    const first = Number(new RegExp(`^${user.name}:(\\d+):`, 'm').exec(readFileSync('/etc/subuid', 'utf8'))?.[1]);
    expect(await as('create', name, '-t', 'busybox')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`${first}-${first + 65535}`) });
    expect(await as('start', name)).toMatchObject({ code: 0, stderr: '' });
    const inside = await as('attach', name, '--', 'sh', '-c', 'cat /proc/self/uid_map; su nobody -s /bin/sh -c "mkdir -m 700 /tmp/d; id -u"');
    expect(inside.stdout.trim().split(/\s+/)).toEqual(['0', String(first), '65536', '65534']);
    expect(await as('stop', '-t', '30', name)).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(join(containers(), name, 'rootfs/tmp/d')).uid).toBe(first + 65534);
    expect(await as('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(containers())).toEqual([]);
    // The ids are free again, all of them.
    expect((await as('create', name, '-t', 'busybox')).stdout).toContain(`${first}-`);
    const failing = join(user.home, 'template');
    writeFileSync(failing, '#!/bin/sh\nmkdir -m 700 ${4#*=}/d; chown 5:5 ${4#*=}/d; echo "$@ $(id -u)"; exit 1\n', { mode: 0o755 });
    expect((await as('destroy', name)).code).toBe(0);
    const failed = await as('create', 'x', '-t', failing, '--', '-a');
    expect([failed.code, failed.stdout]).toEqual([
      1,
      `--path=${containers()}/x --name=x -a --rootfs=${containers()}/x/rootfs --mapped-uid 65536 --mapped-gid 65536 0\n`,
    ]);
    expect(readdirSync(containers())).toEqual([]);
  });

  it('makes one of a tree that was unpacked as the user: its root is the user', async () => {
    const name = unique('tree');
    expect((await user.run(['sh', '-c', 'mkdir -p tree/bin tree/proc tree/sys tree/dev && cp /bin/busybox tree/bin/sh'])).code).toBe(0);
    expect((await as('create', name, '-t', 'none', '--rootfs', join(user.home, 'tree'))).code).toBe(0);
    const inside = await as('run', name, '--', 'sh', '-c', 'read -r line < /proc/self/uid_map; echo $line; : > /made');
    expect(inside.stdout.trim().split(/\s+/)).toEqual(['0', String(user.uid), '1']);
    expect(statSync(join(user.home, 'tree/made')).uid).toBe(user.uid);
    expect((await as('destroy', name)).code).toBe(0);
    expect(existsSync(join(user.home, 'tree/made'))).toBe(true);
  });

  it('without newuidmap has one with a single id, is told so, and it starts', async () => {
    const name = unique('one');
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const without = (...words: string[]) =>
      run(
        ['unshare', '-m', 'sh', '-c', `mount --bind ${empty} /usr/bin/newuidmap && exec "$@"`, 'sh', ...user.command([process.execPath, COMMAND, ...words])],
        {
          cwd: user.home,
          env: user.env,
          timeoutMs: 60_000,
        },
      );
    const made = await without('create', name, '-t', 'busybox');
    expect(made).toMatchObject({ code: 0, stderr: expect.stringMatching(/HF330: the container has one user and one group only/) });
    expect(statSync(join(containers(), name, 'rootfs')).uid).toBe(user.uid);
    expect((await without('check', name)).stdout).toContain('HF330');
    expect(await without('start', name)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^\S*.*HF330: .*one user/) });
    const inside = await without('attach', name, '--', 'sh', '-c', 'cat /proc/self/uid_map /proc/self/setgroups; ip addr | grep -c mtu; touch /tmp/x');
    expect(inside.stdout.trim().split(/\s+/)).toEqual(['0', String(user.uid), '1', 'deny', '1']);
    expect(await without('stop', '-t', '30', name)).toMatchObject({ code: 0, stderr: '' });
    expect(await without('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(containers())).toEqual([]);
  });
});
