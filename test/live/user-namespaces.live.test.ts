// Root of a container with mapped ids is nobody on the host: what it tries against the machine, against another container and
// against files, and what the files that it makes are outside.

import { chmodSync, chownSync, copyFileSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startContainer, type TestContainer } from '../support/container.ts';
import { containers, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { answersIn, givePowers, powers } from '../support/powers/powers.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox', 'gcc');
const make = containers();
const program = powers();

const mappedTo = (first: number) => [`lxc.idmap = u 0 ${first} 1000`, `lxc.idmap = g 0 ${first} 1000`];
const [A, B] = [100_000, 200_000];
/** What LXC's own common.conf takes from a privileged container. */
const LXC_DROPS = 'lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio';

function withPowers(lines: readonly string[], init?: string): TestContainer {
  const container = make(lines, init);
  givePowers(program(), container.rootfs);
  return container;
}

/** A mapped container: its root owns what is in /home, and may write nowhere else. */
function mapped(first: number, init: string, lines: readonly string[] = []): TestContainer {
  const container = withPowers([...mappedTo(first), ...lines], init);
  chownSync(join(container.rootfs, 'home'), first, first);
  return container;
}

/** What a kernel is built without (modules, kexec) nobody can do. */
const built = (answer: string): string => answer.replace(/^(module|delete-module|kexec|iopl) ENOSYS$/, '$1 EPERM');

const inside = async (container: TestContainer): Promise<readonly string[]> => answersIn((await startContainer(container)).stdout);
/** The same question as somebody on the host. */
const outside = async (uid: number, ...words: readonly string[]) =>
  answersIn((await run(['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', program(), ...words])).stdout).join('\n');

describe('root of a mapped container', () => {
  it('has no power over the machine', async () => {
    const tries = [
      'mknod-char /home/x',
      'mknod-block /home/x',
      'mount-disk /dev/null',
      'fsopen-disk /dev/null',
      'module',
      'delete-module',
      'clock',
      'adjtimex',
      'kexec',
      'swapon',
      'syslog',
      'acct',
      'bpf',
      'immutable /home',
      'handle /init',
    ];
    const answers = await inside(mapped(A, tries.map((one) => `powers ${one}`).join('\n')));
    expect(answers.map(built)).toEqual(tries.map((one) => `${one.split(' ')[0]} EPERM`));
  });

  it('gives files and itself no id that is not mapped', async () => {
    const tries = [
      'chown /home/file 1000',
      'chgrp /home/file 1000',
      'chown /home/file 100000',
      'setuid 1000',
      'setgroups 1000',
      'chown /home/file 999',
      'setuid 999',
    ];
    const answers = await inside(mapped(A, ['touch /home/file', ...tries.map((one) => `powers ${one}`)].join('\n')));
    expect(answers).toEqual(['chown EINVAL', 'chgrp EINVAL', 'chown EINVAL', 'setuid EINVAL', 'setgroups EINVAL', 'chown ok', 'setuid ok']);
  });

  it("neither reads nor changes files of the host's root that are in sight", async () => {
    const tries = ['read /secret', 'write /secret', 'write /init', 'chown /secret 0', 'read /proc/1/status'];
    const container = mapped(A, [...tries.map((one) => `powers ${one}`), 'rm /secret', 'mv /bin /b', 'ls -ln /secret'].join('\n'));
    writeFileSync(join(container.rootfs, 'secret'), 'x', { mode: 0o600 });
    const done = await startContainer(container);
    expect(answersIn(done.stdout).slice(0, 5)).toEqual(['read EACCES', 'write EACCES', 'write EACCES', 'chown EPERM', 'read ok']);
    expect(done.stdout).toContain(' 65534 '); // the overflow id: nobody's
    expect(done.stderr.match(/Permission denied/g)?.length).toBe(2);
  });
});

describe('root of a privileged container', () => {
  it("under LXC's own drops neither loads modules nor sets the clock, and asks the right questions without them", async () => {
    const tries = ['module', 'delete-module', 'clock', 'adjtimex', 'iopl'];
    const script = tries.map((one) => `powers ${one}`).join('\n');
    expect((await inside(withPowers([LXC_DROPS], script))).map(built)).toEqual(tries.map((one) => `${one} EPERM`));
    const open = await inside(withPowers([], 'powers clock; powers adjtimex'));
    expect(open).toEqual(['clock ok', 'adjtimex ok']);
  });
});

describe('what is made inside', () => {
  it('belongs to the mapped ids, with its set-user-ID bits and capabilities', async () => {
    const script = [
      'cp /bin/powers /home/suid; chmod 4755 /home/suid; cp /bin/powers /home/cap; powers file-capability /home/cap 21; chmod 755 /home',
      // Inside both give what they say: to user 7, root's id and CAP_SYS_ADMIN over this namespace.
      'powers as 7 /home/suid who; powers as 7 /home/cap who',
    ];
    const container = mapped(A, script.join('\n'));
    const done = await startContainer(container);
    const lines = answersIn(done.stdout.replaceAll('\t', ' '));
    expect(lines[0]).toBe('file-capability ok');
    expect(lines[1]).toBe('Uid: 7 0 0 0');
    expect(lines.slice(3)).toEqual(['Uid: 7 7 7 7', 'CapEff: 0000000000200000']);
    for (const name of ['suid', 'cap']) {
      const { uid, gid } = lstatSync(join(container.rootfs, 'home', name));
      expect([uid, gid]).toEqual([A, A]);
    }
    chmodSync(join(container.rootfs, '..'), 0o755);
    const asNobody = async (name: string) =>
      (await run(['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', join(container.rootfs, 'home', name), 'who'])).stdout.replaceAll(
        '\t',
        ' ',
      );
    // Outside the one gives the mapped id, which is nobody's, and the other nothing.
    expect(await asNobody('suid')).toBe(`Uid: 65534 ${A} ${A} ${A}\nCapEff: 0000000000000000\n`);
    expect(await asNobody('cap')).toBe('Uid: 65534 65534 65534 65534\nCapEff: 0000000000000000\n');
  });

  it("a set-user-ID program of the host's root gives nothing inside", async () => {
    const container = mapped(A, 'powers as 7 /bin/hostsuid who');
    copyFileSync(program(), join(container.rootfs, 'bin/hostsuid'));
    chmodSync(join(container.rootfs, 'bin/hostsuid'), 0o4755);
    expect((await startContainer(container)).stdout.replaceAll('\t', ' ')).toBe('Uid: 7 7 7 7\nCapEff: 0000000000000000\n');
  });
});

describe('two containers with ranges of their own', () => {
  it('cannot touch one another, even as a process of the host with the id of the other', async () => {
    const [one, other] = [mapped(A, 'exec sleep 60'), mapped(B, 'echo x > /home/secret; chmod 600 /home/secret; mkdir -m 700 /home/dir; exec sleep 60')];
    const [{ init: initA }, { init: initB }] = [await startDetached(one), await startDetached(other)];
    const home = join(other.rootfs, 'home');
    const tries = (pid: number): readonly (readonly string[])[] => [
      ['read', join(home, 'secret')],
      ['write', join(home, 'secret')],
      ['list', join(home, 'dir')],
      ['chown', join(home, 'secret'), String(A)],
      ['kill', String(pid)],
      ['ptrace', String(pid)],
      ['read', `/proc/${pid}/environ`],
      ['read', `/proc/${pid}/mem`],
      ['list', `/proc/${pid}/root/`],
      ['list', `/proc/${pid}/fd/`],
    ];
    const ask = async (uid: number) => Promise.all(tries(initB).map((words) => outside(uid, ...words)));
    const refused = [
      'read EACCES',
      'write EACCES',
      'list EACCES',
      'chown EPERM',
      'kill EPERM',
      'ptrace EPERM',
      'read EACCES',
      'read EACCES',
      'list EACCES',
      'list EACCES',
    ];
    expect(await ask(A)).toEqual(refused);
    // Its own id may signal it and read its files: the questions are the right ones.
    expect((await ask(B)).slice(0, 5)).toEqual(['read ok', 'write ok', 'list ok', 'chown EPERM', 'kill ok']);

    // And with every capability in the user namespace of the one, over processes of the other and of the host.
    const within = async (pid: number, word: string) =>
      answersIn((await run(['nsenter', '--user', '-t', String(initA), program(), word, String(pid)])).stdout)[0];
    for (const pid of [initB, process.pid]) expect([await within(pid, 'kill'), await within(pid, 'ptrace')]).toEqual(['kill EPERM', 'ptrace EPERM']);
    expect([await within(initA, 'kill'), await within(initA, 'ptrace')]).toEqual(['kill ok', 'ptrace ok']);
  });

  it("a file of the one's root file system is nobody's to the other, wherever it is mounted", async () => {
    const one = mapped(A, 'echo x > /home/secret; chmod 600 /home/secret');
    await startContainer(one);
    const other = mapped(B, 'powers read /mnt/secret; powers write /mnt/secret; powers chown /mnt/secret 0; ls -ln /mnt/secret', [
      `lxc.mount.entry = ${join(one.rootfs, 'home')} mnt none bind 0 0`,
    ]);
    mkdirSync(join(other.rootfs, 'mnt'), { recursive: true });
    const done = await startContainer(other);
    expect(answersIn(done.stdout).slice(0, 3)).toEqual(['read EACCES', 'write EACCES', 'chown EPERM']);
    expect(done.stdout).toContain(' 65534 ');
    expect(readFileSync(join(one.rootfs, 'home/secret'), 'utf8')).toBe('x\n');
  });
});
