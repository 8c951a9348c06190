// lxc.rootfs.options = idmap=container and mount entries with idmap=: whose files they are, inside and on the disk.

import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { makeBusyboxRoot } from '../support/busybox.ts';
import { startContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';

const make = containers();
const it = needing('root', 'busybox');
const MAP = ['lxc.idmap = b 0 1900000000 65536'];
const IDMAPPED = [...MAP, 'lxc.rootfs.options = idmap=container'];
const owner = (path: string) => [statSync(path).uid, statSync(path).gid];

describe('the root file system', () => {
  it("belongs to the container's ids as it is written on the disk", async () => {
    const container = make(
      IDMAPPED,
      'stat -c "%u %g" /init /file /foreign; echo x > /made; chown 7:8 /made; grep " / .*idmapped" /proc/self/mountinfo; cat /proc/self/uid_map',
    );
    writeFileSync(join(container.rootfs, 'file'), '');
    chownSync(join(container.rootfs, 'file'), 1000, 50);
    writeFileSync(join(container.rootfs, 'foreign'), '');
    chownSync(join(container.rootfs, 'foreign'), 70000, 70000);
    chmodSync(join(container.lxcpath, container.name), 0o700); // no id of the container could come here by itself
    const ended = await startContainer(container);
    expect(ended.stderr).toBe('');
    expect(ended.stdout.split('\n').slice(0, 3)).toEqual(['0 0', '1000 50', '65534 65534']);
    expect(ended.stdout).toMatch(/ \/ rw,.*idmapped/);
    expect(ended.stdout).toMatch(/^\s*0 1900000000\s+65536$/m);
    expect(owner(join(container.rootfs, 'made'))).toEqual([7, 8]);
    expect(ended.code).toBe(0);
  });

  it('can be read-only, and what is mounted below it has the map too', async () => {
    const container = make(['lxc.rootfs.options = ro,idmap=container', ...MAP], 'stat -c %u /mnt/file; echo x > /mnt/file; echo x > /made');
    const below = join(container.lxcpath, 'below');
    mkdirSync(below);
    writeFileSync(join(below, 'file'), '');
    const launched = await run([
      'unshare',
      '-m',
      'sh',
      '-c',
      `mount --bind ${below} ${container.rootfs}/mnt && exec ${process.execPath} ${COMMAND} run -P ${container.lxcpath} ${container.name}`,
    ]);
    expect(launched.stdout).toBe('0\n');
    expect(launched.stderr.match(/Read-only file system/g)).toHaveLength(2);
    expect(existsSync(join(container.rootfs, 'made'))).toBe(false);
  });

  it('an overlay on an idmapped lower directory, and an upper one', async () => {
    const container = make(
      [...MAP, 'lxc.rootfs.options = idmap=container'],
      'stat -c "%u %g" /init /file; echo x > /made; chown 7:8 /made; echo y >> /file; rm /gone; ls /gone',
    );
    const here = join(container.lxcpath, container.name);
    for (const name of ['file', 'gone']) writeFileSync(join(container.rootfs, name), 'x\n');
    chownSync(join(container.rootfs, 'file'), 1000, 50);
    mkdirSync(join(here, 'upper'));
    writeFileSync(
      container.config,
      readFileSync(container.config, 'utf8').replace(/^lxc\.rootfs\.path.*$/m, `lxc.rootfs.path = overlay:${container.rootfs}:${here}/upper`),
    );
    const ended = await startContainer(container);
    expect(ended.stdout).toBe('0 0\n1000 50\n');
    expect(ended.stderr).toMatch(/\/gone: No such file/);
    expect(owner(join(here, 'upper/made'))).toEqual([7, 8]);
    expect(owner(join(here, 'upper/file'))).toEqual([1000, 50]);
    expect(readFileSync(join(container.rootfs, 'file'), 'utf8')).toBe('x\n');
  });

  it("the map of another namespace's file", async () => {
    const container = make([...MAP, 'lxc.rootfs.options = idmap=/proc/self/ns/user'], 'true');
    const ended = await startContainer(container);
    expect(ended).toMatchObject({
      code: 125,
      stderr: expect.stringMatching(/give .* the id map of \/proc\/self\/ns\/user: .*\((EPERM|EINVAL)\)/s),
    });
  });
});

it('a mount entry', async () => {
  const container = make(
    [
      ...MAP,
      'lxc.mount.entry = $HERE/data data none bind,create=dir,idmap=container',
      'lxc.mount.entry = $HERE/none none none bind,optional,create=dir,idmap=container',
    ],
    'stat -c "%u %g" /data/file; echo x > /data/made',
  );
  const data = join(container.lxcpath, container.name, 'data');
  mkdirSync(data);
  writeFileSync(join(data, 'file'), '');
  chownSync(join(data, 'file'), 33, 34);
  chownSync(container.rootfs, 1900000000, 1900000000);
  const ended = await startContainer(container);
  expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '33 34\n' });
  expect(owner(join(data, 'made'))).toEqual([0, 0]);
});

describe('where it cannot be', () => {
  it('a file system that takes no map is named, and nothing is half-done', async () => {
    const container = make(IDMAPPED);
    const ramfs = join(container.lxcpath, 'ramfs');
    mkdirSync(ramfs);
    const script = `mount -t ramfs none ${ramfs} && cp -a ${container.rootfs} ${ramfs}/ && exec ${process.execPath} ${COMMAND} run -P ${container.lxcpath} -s lxc.rootfs.path=dir:${ramfs}/rootfs ${container.name}`;
    expect(await run(['unshare', '-m', 'sh', '-c', script])).toMatchObject({
      code: 125,
      stderr: expect.stringMatching(/HF393: .* lies on ramfs, .*holdfast ids shift/s),
    });
    const inside = `mkdir ${container.rootfs}/mnt; mount -t ramfs none ${container.rootfs}/mnt && exec ${process.execPath} ${COMMAND} run -P ${container.lxcpath} ${container.name}`;
    expect(await run(['unshare', '-m', 'sh', '-c', inside])).toMatchObject({ code: 125, stderr: expect.stringContaining('takes no id maps') });
  });

  it('tmpfs takes one since Linux 6.3', async () => {
    const container = make(IDMAPPED, 'stat -c %u /init');
    const tmp = join(container.lxcpath, 'tmp');
    mkdirSync(tmp);
    const script = `mount -t tmpfs none ${tmp} && cp -a ${container.rootfs} ${tmp}/ && exec ${process.execPath} ${COMMAND} run -P ${container.lxcpath} -s lxc.rootfs.path=dir:${tmp}/rootfs ${container.name}`;
    const [major = 0, minor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.').map(Number);
    const takes = major > 6 || (major === 6 && minor >= 3);
    expect(await run(['unshare', '-m', 'sh', '-c', script])).toMatchObject(takes ? { code: 0, stdout: '0\n' } : { code: 125 });
  });

  it('without a map, and with a new file system', async () => {
    const plain = make(['lxc.rootfs.options = idmap=container']);
    expect((await holdfast(['check', '-f', plain.config])).stdout).toContain('HF392');
    const fresh = make([...MAP, 'lxc.mount.entry = none data tmpfs create=dir,idmap=container']);
    expect((await holdfast(['check', '-f', fresh.config])).stdout).toContain('HF394');
  });

  needing(
    'root',
    'user',
    'newuidmap',
  )('an ordinary user is told what to do instead', async () => {
    const user = makeOrdinaryUser();
    try {
      const root = join(user.home, 'web/rootfs');
      mkdirSync(root, { recursive: true });
      makeBusyboxRoot(root);
      writeFileSync(join(user.home, 'web/config'), `lxc.rootfs.path = dir:${root}\nlxc.init.cmd = /bin/true\nlxc.rootfs.options = idmap=container\n`);
      const ended = await user.run([process.execPath, COMMAND, 'run', '-P', user.home, 'web']);
      expect(ended).toMatchObject({ code: 125, stderr: expect.stringMatching(/HF391: .* may not mount .*holdfast ids shift web/s) });
    } finally {
      user.remove();
    }
  });
});
