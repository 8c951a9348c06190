// Root file systems and mounts: what is closed is closed, nothing is mounted outside the container, and nothing is followed out of it.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { planOf, startContainer, writeLauncher } from '../support/container.ts';
import { containers, startDetached, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const make = containers();

describe('/proc and /sys', () => {
  it('proc:mixed closes /proc/sys but not its network part, sys:ro closes /sys, for root with every capability', async () => {
    const script = [
      'echo 1 > /proc/sys/kernel/panic',
      '[ ! -e /proc/sysrq-trigger ] || echo h > /proc/sysrq-trigger',
      'echo 1 > /proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward',
      'mkdir /sys/fs/x; for file in $(find /sys -type f -perm -200 | head -50); do (: >> $file) 2> /dev/null && echo writable $file; done',
      'for kind in proc sysfs; do grep " - $kind " /proc/self/mountinfo | cut -d" " -f5,6; done',
    ];
    const done = await startContainer(make([], script.join('\n')));
    const lines = done.stdout.trim().split('\n');
    expect(done.stderr).toContain("can't create /proc/sys/kernel/panic: Read-only file system");
    if (existsSync('/proc/sysrq-trigger')) expect(done.stderr).toContain("can't create /proc/sysrq-trigger: Read-only file system");
    expect(done.stderr).toContain("can't create directory '/sys/fs/x': Read-only file system");
    expect(lines[0]).toBe('1');
    expect(lines.filter((line) => line.startsWith('writable'))).toEqual([]);
    for (const line of lines.slice(1)) {
      expect(line).toContain('nosuid,nodev,noexec');
      if (/^\/(sys|proc\/sys) /.test(line)) expect(line).toMatch(/ ro,/);
    }
    expect(lines.some((line) => line.startsWith('/proc/sys ro,'))).toBe(true);
    expect(lines.some((line) => line.startsWith('/sys ro,'))).toBe(true);
  });

  it("shows its own processes only, and none of the host's file systems", async () => {
    const done = await startContainer(make([], 'ls -d /proc/[0-9]*; cut -d" " -f4,5 /proc/self/mountinfo'));
    const [first = '', ...rest] = done.stdout.trim().split('\n');
    expect(first).toBe('/proc/1');
    expect(rest.filter((line) => line.startsWith('/proc/') && line.length > 8)).toEqual([]);
    // the root is a directory of this test; nothing else but file systems of the container's own is mounted
    const points = rest.filter((line) => line.includes(' ')).map((line) => line.split(' ')[1]);
    expect(points.filter((point) => !/^\/($|proc|sys|dev)/.test(point ?? ''))).toEqual([]);
  });
});

describe('entries', () => {
  it('create makes the target, optional forgives a missing source, options hold', async () => {
    const lines = [
      'lxc.mount.entry = tmpfs new/deep tmpfs size=64k,mode=711,noexec,create=dir 0 0',
      'lxc.mount.entry = /nowhere/at/all mnt none bind,optional 0 0',
      'lxc.mount.entry = /etc/hostname etc/name none bind,ro,create=file 0 0',
      'lxc.mount.entry = $HERE/data mnt none bind,ro 0 0',
    ];
    const container = make(
      lines,
      'grep -E " /(new|etc|mnt)" /proc/self/mountinfo | cut -d" " -f5,6; cat /etc/name; cat /mnt/file; echo x > /mnt/file; echo y > /etc/name; head -c 100000 /dev/zero > /new/deep/f',
    );
    mkdirSync(join(container.lxcpath, container.name, 'data'));
    writeFileSync(join(container.lxcpath, container.name, 'data/file'), 'data\n');
    const done = await startContainer(container);
    expect(done.stdout).toContain('/new/deep rw,');
    expect(done.stdout).toContain(`${readFileSync('/etc/hostname', 'utf8')}data\n`);
    expect(done.stderr).toMatch(/\/mnt\/file: Read-only file system[^]*\/etc\/name: Read-only file system[^]*(I\/O error|No space left on device)/);
  });

  it('a source that is missing fails the start by name and line', async () => {
    const container = make(['lxc.mount.entry = /nowhere/at/all mnt none bind 0 0']);
    let said = '';
    try {
      const done = await startContainer(container);
      said = done.code === 125 ? done.stderr : `it started: ${done.code}`;
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain('/nowhere/at/all');
  });

  it('a target with .. or outside of the root is refused before anything is done', () => {
    for (const target of ['../../escape', 'mnt/../../../escape', '/escape']) {
      expect(() => planOf(make([`lxc.mount.entry = tmpfs ${target} tmpfs create=dir 0 0`])), target).toThrow(/HF\d+ .*escape/);
    }
  });

  it('a symbolic link in a target leads nowhere outside (CVE-2015-1335)', async () => {
    const outside = `/tmp/holdfast-outside-${process.pid}`;
    mkdirSync(outside);
    try {
      for (const link of [outside, `../../../../../../../../${outside}`]) {
        const container = make(
          ['lxc.mount.entry = tmpfs out/made tmpfs size=64k,create=dir 0 0', 'lxc.mount.entry = tmpfs out tmpfs size=64k 0 0'],
          'echo x > /out/file; exit 0',
        );
        symlinkSync(link, join(container.rootfs, 'out'));
        const done = await startContainer(container);
        expect(done.code, `${link}: ${done.stderr}`).toBe(125);
        expect(readdirSync(outside)).toEqual([]);
      }
    } finally {
      rmdirSync(outside);
    }
  });
});

describe('root file systems', () => {
  for (const name of ['proc', 'sys', 'dev']) {
    it(`/${name} as a symbolic link is refused`, async () => {
      const container = make([]);
      rmdirSync(join(container.rootfs, name));
      symlinkSync('/etc', join(container.rootfs, name));
      const done = await startContainer(container);
      expect(done.code).toBe(125);
      expect(done.stderr).toContain(`/${name}`);
    });
  }

  it('a read-only root takes no write, by root with every capability', async () => {
    const done = await startContainer(
      make(['lxc.rootfs.options = ro'], 'echo x > /file; mkdir /etc/x; echo y > /dev/shm-test; grep " / / \\| / ro" /proc/self/mountinfo | wc -l'),
    );
    expect(done.stderr).toContain("can't create /file: Read-only file system");
    expect(done.stderr).toContain("can't create directory '/etc/x': Read-only file system");
    expect(done.stderr).not.toContain('/dev/shm-test');
  });

  it('an overlay root: what is written is in the upper directory, and the lower one is as it was', async () => {
    const container = make(['lxc.rootfs.path = overlay:$HERE/rootfs:$HERE/upper'], 'echo new > /etc/new; rm /etc/group; cat /etc/new; ls /etc');
    const upper = join(container.lxcpath, container.name, 'upper');
    mkdirSync(upper);
    const done = await startContainer(container);
    expect(done).toMatchObject({ stdout: 'new\nnew\npasswd\n', stderr: '', code: 0 });
    expect(readFileSync(join(upper, 'etc/new'), 'utf8')).toBe('new\n');
    expect(readdirSync(join(container.rootfs, 'etc')).sort()).toEqual(['group', 'passwd']);
  });

  it('a root that is not there fails the start and says which', async () => {
    const container = make([]);
    const launcher = writeLauncher(container, planOf(container));
    rmSync(container.rootfs, { recursive: true });
    const done = await run([launcher]);
    expect(done.code).toBe(125);
    expect(done.stderr).toContain(container.rootfs);
    expect(() => planOf(container)).toThrow(container.rootfs);
  });

  it("nothing of it is in the host's mount table while it runs, nor what it mounts itself", async () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8');
    const { init } = await startDetached(make(['lxc.mount.entry = tmpfs mnt tmpfs size=64k 0 0'], 'mount -t tmpfs ours /home; exec sleep 60'));
    await until('it has mounted', () => readFileSync(`/proc/${init}/mountinfo`, 'utf8').includes(' /home '));
    const now = readFileSync('/proc/self/mountinfo', 'utf8');
    expect(now.split('\n').filter((line) => /holdfast-test|tmpfs ours/.test(line) && !before.includes(line))).toEqual([]);
  });
});
