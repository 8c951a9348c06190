// Privileges as the kernel tells them: capability sets, no_new_privs, filters, ids, environment, host name and namespaces.

import { chownSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { CAPABILITIES } from '../../src/kernel/capabilities.gen.ts';
import { startContainer } from '../support/container.ts';
import { containers, holdfast, namespacesOf, startDetached, statusLines, statusOf, writePolicy } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const it = needing('root', 'busybox');
const make = containers();
const STATUS = 'cat /proc/self/status';
const CAPS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'] as const;

/** What the caller may hand on at most: the container cannot have more than this process. */
const ours = BigInt(`0x${statusOf(process.pid).get('CapBnd') ?? '0'}`);
const mask = (...names: readonly (keyof typeof CAPABILITIES)[]): bigint => names.reduce((set, name) => set | (1n << BigInt(CAPABILITIES[name])), 0n);
const hex = (set: bigint): string => set.toString(16).padStart(16, '0');
const setsOf = (text: string): readonly string[] => CAPS.map((key) => statusLines(text).get(key) ?? '');
const zero = hex(0n);

describe('capability sets', () => {
  const cases: readonly (readonly [string, readonly string[], bigint])[] = [
    ['nothing asked', [], ours],
    ['drop', ['lxc.cap.drop = sys_module sys_time', 'lxc.cap.drop = mac_admin'], ours & ~mask('sys_module', 'sys_time', 'mac_admin')],
    ['drop by number', [`lxc.cap.drop = ${CAPABILITIES.net_raw}`], ours & ~mask('net_raw')],
    ['keep', ['lxc.cap.keep = chown kill'], mask('chown', 'kill')],
    ['keep by number', [`lxc.cap.keep = ${CAPABILITIES.setuid}`], mask('setuid')],
    ['keep none', ['lxc.cap.keep = none'], 0n],
  ];
  for (const [title, lines, expected] of cases) {
    it(`${title}: all five sets, inside`, async () => {
      const done = await startContainer(make(lines, STATUS));
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(setsOf(done.stdout)).toEqual([zero, hex(expected), hex(expected), hex(expected), zero]);
    });
  }

  const AS_USER = ['lxc.init.uid = 1000', 'lxc.init.gid = 1000'];
  const kept = hex(mask('kill', 'chown'));
  const denylist = '2\ndenylist\nkexec_load errno 1';

  for (const map of [[], ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536']]) {
    for (const nnp of [0, 1]) {
      it(`an init that is not user 0 begins with what is kept, and so do those it starts: ${map.length > 0 ? 'mapped, ' : ''}no_new_privs ${nnp}`, async () => {
        const container = make([...AS_USER, ...map, `lxc.no_new_privs = ${nnp}`, 'lxc.cap.keep = kill chown', 'lxc.seccomp.profile = $HERE/policy'], STATUS);
        writePolicy(container, denylist);
        const done = await startContainer(container);
        expect(done).toMatchObject({ code: 0, stderr: '' });
        expect(setsOf(done.stdout)).toEqual([kept, kept, kept, kept, kept]);
      });
    }
  }

  it('it begins with none when it is not to have them, or when nothing was asked to be kept', async () => {
    const refused = await startContainer(make([...AS_USER, 'lxc.cap.keep = kill chown', 'lxc.cap.inheritance = 0'], STATUS));
    expect(setsOf(refused.stdout)).toEqual([zero, zero, zero, kept, zero]);
    const left = await startContainer(make([...AS_USER, 'lxc.cap.drop = kill chown'], STATUS));
    expect(setsOf(left.stdout)).toEqual([zero, zero, zero, hex(ours & ~mask('kill', 'chown')), zero]);
  });

  it('lxc.cap.inheritance = 1 gives it what a drop leaves', async () => {
    const done = await startContainer(make([...AS_USER, 'lxc.cap.drop = sys_admin', 'lxc.cap.inheritance = 1'], STATUS));
    expect(setsOf(done.stdout)).toEqual(CAPS.map(() => hex(ours & ~mask('sys_admin'))));
  });

  it('what is kept works: a user with net_bind_service, and without', async () => {
    const serve = 'nc -l -p 80 -w 1 < /dev/null; exit 0';
    const done = await startContainer(make([...AS_USER, 'lxc.cap.keep = net_bind_service'], serve));
    const without = await startContainer(make([...AS_USER, 'lxc.cap.keep = kill'], serve));
    expect([done.stderr, without.stderr.includes('Permission denied')]).toEqual(['nc: timed out\n', true]); // it listened for its second
  });

  it('with noroot user 0 is a user like any other, set-user-ID programs give nothing, and it cannot be taken back', async () => {
    const lines = ['lxc.cap.keep = kill setpcap', 'holdfast.securebits = noroot no_cap_ambient_raise'];
    const both = hex(mask('kill', 'setpcap'));
    const done = await startContainer(make(lines, STATUS));
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(setsOf(done.stdout)).toEqual(CAPS.map(() => both));
    const none = await startContainer(make([...lines, 'lxc.cap.inheritance = 0'], STATUS));
    expect(setsOf(none.stdout)).toEqual([zero, zero, zero, both, zero]);
  });

  it('holdfast verify reads all five sets back, and attach begins with the same', async () => {
    const container = make([...AS_USER, 'lxc.cap.keep = kill chown'], 'exec sleep 60');
    const { init } = await startDetached(container);
    expect(CAPS.map((key) => statusOf(init).get(key))).toEqual(CAPS.map(() => kept));
    const results = JSON.parse((await holdfast(['verify', container.name, '--json'])).stdout) as readonly { what: string; holds: boolean; found: string }[];
    const sets = results.filter(({ what }) => what.includes('capability set'));
    expect(sets.map(({ found }) => found)).toEqual(CAPS.map(() => kept));
    expect(sets.every(({ holds }) => holds)).toBe(true);
    expect(setsOf((await holdfast(['attach', container.name, '--', 'cat', '/proc/self/status'])).stdout)).toEqual(CAPS.map(() => kept));
  });

  it('the reaper in front of a command holds none', async () => {
    const done = await startContainer(make([]), { command: ['grep', 'Cap', '/proc/1/status'] });
    expect(setsOf(done.stdout).slice(0, 3)).toEqual([zero, zero, zero]);
  });
});

describe('no_new_privs and filters', () => {
  const POLICY = ['2', 'denylist', 'mkdir errno 13', 'mkdirat errno 13', 'sethostname errno 28'].join('\n');

  it('no_new_privs is on when asked, and off when not', async () => {
    for (const value of [0, 1]) {
      const done = await startContainer(make([`lxc.no_new_privs = ${value}`], STATUS));
      expect(statusLines(done.stdout).get('NoNewPrivs')).toBe(String(value));
    }
  });

  for (const nnp of [0, 1]) {
    it(`the filter answers with its own errno, with no_new_privs ${nnp}`, async () => {
      const container = make(
        [`lxc.no_new_privs = ${nnp}`, 'lxc.seccomp.profile = $HERE/policy'],
        `${STATUS}; mkdir /tmp/a; hostname other; rmdir /nothing; exit 0`,
      );
      writePolicy(container, POLICY);
      const done = await startContainer(container);
      expect(statusLines(done.stdout).get('Seccomp')).toBe('2');
      expect(statusLines(done.stdout).get('Seccomp_filters')).toBe(String(Number(statusOf(process.pid).get('Seccomp_filters')) + 1));
      expect(done.stderr).toContain("mkdir: can't create directory '/tmp/a': Permission denied");
      expect(done.stderr).toContain('hostname: sethostname: No space left on device');
      expect(done.stderr).toContain("rmdir: '/nothing': No such file or directory");
    });
  }

  it("LXC's common policy refuses umount2 with force and lets it without", async () => {
    const container = make(
      ['lxc.seccomp.profile = $HERE/policy', 'lxc.mount.entry = tmpfs mnt tmpfs size=64k 0 0'],
      'umount -f /mnt; echo $?; umount /mnt; echo $?',
    );
    writePolicy(container, '2\ndenylist\nreject_force_umount\n[all]\nkexec_load errno 1\nopen_by_handle_at errno 1\ninit_module errno 1');
    const done = await startContainer(container);
    expect(done.stdout).toBe('1\n0\n');
    // EACCES is what LXC gives for reject_force_umount
    expect(done.stderr).toContain("can't unmount /mnt: Permission denied");
  });

  it('an allowlist of what true itself calls is enough: nothing has to be added for Holdfast', async () => {
    const container = make(['lxc.seccomp.profile = $HERE/policy']);
    const calls =
      'execve brk arch_prctl set_tid_address set_robust_list rseq prlimit64 mprotect getrandom readlinkat readlink getuid exit_group prctl uname fstat newfstatat'.split(
        ' ',
      );
    const init = { command: ['/bin/true'] };
    writePolicy(container, `2\nallowlist errno 38\n${calls.join('\n')}`);
    expect(await startContainer(container, init)).toMatchObject({ code: 0, stderr: '' });
    // without exit_group, true cannot end with 0: the list is in force
    writePolicy(container, `2\nallowlist kill\n${calls.filter((name) => name !== 'exit_group').join('\n')}`);
    expect((await startContainer(container, init)).code).toBe(159);
  });
});

describe('ids', () => {
  const MAP = ['lxc.idmap = u 0 100000 1000', 'lxc.idmap = g 0 200000 1000'];

  it('files made inside belong to the mapped ids outside, and ids outside the map cannot be given', async () => {
    const container = make(
      MAP,
      'cat /proc/self/uid_map /proc/self/gid_map; echo x > /home/new; chown 7:8 /home/new; chown 1000 /home/new; chgrp 1000 /home/new; cat /proc/self/setgroups',
    );
    chownSync(join(container.rootfs, 'home'), 100000, 200000);
    const done = await startContainer(container);
    expect(done.stdout.replaceAll(/ +/g, ' ')).toBe(' 0 100000 1000\n 0 200000 1000\nallow\n');
    expect(done.stderr.match(/Invalid argument/g)).toHaveLength(2);
    const { uid, gid } = lstatSync(join(container.rootfs, 'home/new'));
    expect([uid, gid]).toEqual([100007, 200008]);
  });

  it('the capabilities of a mapped root hold for its own namespace only', async () => {
    const container = make(MAP, 'mknod /dev/x c 1 3; date -s 2001-01-01; hostname inside; hostname; echo > /etc/passwd');
    const done = await startContainer(container);
    expect(done.stderr).toContain('mknod: /dev/x: Operation not permitted');
    expect(done.stderr).toContain("date: can't set date: Operation not permitted");
    expect(done.stderr).toContain("can't create /etc/passwd: Permission denied"); // it is the host root's
    expect(done.stdout).toContain('inside\n');
  });

  it('uid, gid and groups are those asked for, and no more', async () => {
    const done = await startContainer(make(['lxc.init.uid = 12', 'lxc.init.gid = 13', 'lxc.init.groups = 20,21'], STATUS));
    const status = statusLines(done.stdout);
    expect(['Uid', 'Gid', 'Groups'].map((key) => status.get(key))).toEqual(['12 12 12 12', '13 13 13 13', '20 21']);
    const plain = statusLines((await startContainer(make([], STATUS))).stdout);
    expect(['Uid', 'Gid', 'Groups'].map((key) => plain.get(key))).toEqual(['0 0 0 0', '0 0 0 0', '']);
  });
});

describe('what it sees', () => {
  it("the environment has nothing of the caller's but what was asked", async () => {
    const container = make(['lxc.environment = ASKED=a b', 'lxc.environment = PASSED'], 'cat /proc/1/environ');
    const env = { PATH: '/nowhere:/bin', HOME: '/root', PASSED: 'through', SECRET: 'x', LD_PRELOAD: '/lib/evil.so', TERM: 'dumb' };
    const done = await startContainer(container, { env });
    expect(done.stdout.split('\0').filter(Boolean).sort()).toEqual(
      ['ASKED=a b', 'PASSED=through', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=dumb', 'container=lxc'].sort(),
    );
  });

  it('its namespaces are its own, the host keeps its name, and PID 1 is init', async () => {
    const host = readlinkSync('/proc/self/ns/uts');
    const before = (await startContainer(make([], 'hostname; hostname changed; hostname; echo $$; ls -d /proc/[0-9]* | wc -l'))).stdout.trim().split('\n');
    expect(before.slice(0, 3)).toEqual(['test', 'changed', '1']);
    expect(Number(before[3])).toBeLessThan(5);
    expect(readlinkSync('/proc/self/ns/uts')).toBe(host);
    const { init } = await startDetached(make(['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'], 'exec sleep 60'));
    const [inside, outside] = [namespacesOf(init), namespacesOf('self')];
    for (const kind of ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']) expect(inside[kind], kind).not.toBe(outside[kind]);
    expect(inside['time']).toBe(outside['time']);
  });

  it("a namespace that is kept is the host's", async () => {
    const { init } = await startDetached(make(['lxc.namespace.keep = ipc'], 'exec sleep 60'));
    expect(namespacesOf(init)['ipc']).toBe(namespacesOf('self')['ipc']);
    expect(namespacesOf(init)['net']).not.toBe(namespacesOf('self')['net']);
  });
});
