// holdfast.userns.max: what lxc.cap.drop took away is not had again in a user namespace, whatever way to one is tried.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { planOf, startContainer } from '../support/container.ts';
import { containers, holdfast, startDetached, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';

const it = needing('root', 'busybox', 'gcc');
const make = containers();

/** Each way to a user namespace, by name; prints the errno of each, 0 for one that was made or entered. */
const PROBE = String.raw`
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#define NEWUSER 0x10000000
static int child(long pid) { if (pid == 0) _exit(0); if (pid < 0) return errno; waitpid(pid, 0, 0); return 0; }
static int apart(int (*try)(void)) { int s; long pid = fork(); if (pid == 0) _exit(try()); waitpid(pid, &s, 0); return WIFSIGNALED(s) ? 200 : WEXITSTATUS(s); }
static int by_unshare(void) { return unshare(NEWUSER) ? errno : 0; }
static int by_unshare_all(void) { return unshare(NEWUSER | 0x00020000) ? errno : 0; }
static int by_clone(void) { return child(syscall(SYS_clone, NEWUSER | SIGCHLD, 0, 0, 0, 0)); }
static int by_clone_high(void) { return child(syscall(SYS_clone, 0x700000000UL | NEWUSER | SIGCHLD, 0, 0, 0, 0)); }
static int by_clone3(void) { struct clone_args a; memset(&a, 0, sizeof a); a.flags = NEWUSER; a.exit_signal = SIGCHLD; return child(syscall(SYS_clone3, &a, sizeof a)); }
static int by_setns(void) { int fd = open("/proc/self/ns/user", O_RDONLY); return syscall(SYS_setns, fd, NEWUSER) ? errno : 0; }
static int by_setns_any(void) { int fd = open("/proc/self/ns/user", O_RDONLY); return syscall(SYS_setns, fd, 0) ? errno : 0; }
static int by_setns_high(void) { int fd = open("/proc/self/ns/user", O_RDONLY); return syscall(SYS_setns, fd, 0x100000000UL) ? errno : 0; }
#ifdef __x86_64__
static long int80(long nr, long a, long b) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(nr), "b"(a), "c"(b) : "memory", "r8", "r9", "r10", "r11"); return r; }
static int by_unshare_32(void) { long r = int80(310, NEWUSER, 0); return r < 0 ? -r : 0; }
static int by_setns_32(void) { int fd = open("/proc/self/ns/user", O_RDONLY); long r = int80(346, fd, 0); return r < 0 ? -r : 0; }
static int by_unshare_x32(void) { return syscall(0x40000000 + SYS_unshare, NEWUSER) ? errno : 0; }
#endif
int main(void) {
#define SHOW(way) printf(#way " %d\n", apart(by_##way))
  SHOW(unshare); SHOW(unshare_all); SHOW(clone); SHOW(clone_high); SHOW(clone3); SHOW(setns); SHOW(setns_any); SHOW(setns_high);
#ifdef __x86_64__
  SHOW(unshare_32); SHOW(setns_32); SHOW(unshare_x32);
#endif
  fflush(stdout);
  return fork() < 0 ? 1 : 0;
}`;

let folder = '';
beforeAll(() => {
  if (!needs('gcc').ok) return;
  folder = mkdtempSync(join(tmpdir(), 'holdfast-userns-'));
  writeFileSync(join(folder, 'probe.c'), PROBE);
  const done = spawnSync('gcc', ['-O1', '-static', '-w', '-o', join(folder, 'probe'), join(folder, 'probe.c')], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function withProbe(lines: readonly string[], init?: string) {
  const container = make(lines, init);
  copyFileSync(join(folder, 'probe'), join(container.rootfs, 'bin/probe'));
  return container;
}

const answers = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries([...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, way = '', errno]) => [way, Number(errno)]));
const [EPERM, EINVAL, ENOSYS] = [1, 22, 38];
const FAULTED = 200;
const NONE = 'holdfast.userns.max = 0';
const hostLimit = () => readFileSync('/proc/sys/user/max_user_namespaces', 'utf8');
const before = hostLimit();

const KINDS: Readonly<Record<string, readonly string[]>> = {
  'a privileged container': ['lxc.cap.drop = sys_admin net_admin sys_module'],
  'a privileged container that drops nothing': [],
  'a mapped container': ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'],
  'a container with no_new_privs for a user': ['lxc.init.uid = 1000', 'lxc.init.gid = 1000', 'lxc.no_new_privs = 1'],
  'a container for a user': ['lxc.init.uid = 1000', 'lxc.init.gid = 1000', 'lxc.cap.keep = kill'],
};

for (const [kind, lines] of Object.entries(KINDS)) {
  describe(kind, () => {
    it('no way leads to a user namespace, and the host is as before', async () => {
      const done = await startContainer(withProbe([...lines, NONE], 'unshare -U true; probe; exit 7'));
      expect(done.code).toBe(7);
      expect(done.stderr).toBe('unshare: unshare(0x10000000): Operation not permitted\n');
      const { clone3, unshare_x32, unshare_32, setns_32, ...others } = answers(done.stdout);
      expect(Object.entries(others).filter(([, errno]) => errno !== EPERM)).toEqual([]);
      expect(Object.keys(others).length).toBeGreaterThan(6);
      expect(clone3).toBe(ENOSYS);
      // A kernel without x32 has no such call; one that has it gets the filter's answer.
      expect([EPERM, ENOSYS]).toContain(unshare_x32);
      // Without 32-bit programs the gate itself faults.
      expect([
        [EPERM, EPERM],
        [FAULTED, FAULTED],
      ]).toContainEqual([unshare_32, setns_32]);
      expect(hostLimit()).toBe(before);
    });

    it('without the key the probe finds them open: it asks the right questions', async () => {
      const { unshare, clone, clone3, setns } = answers((await startContainer(withProbe(lines, 'probe'))).stdout);
      expect({ unshare, clone, clone3, setns }).toEqual({ unshare: 0, clone: 0, clone3: 0, setns: EINVAL }); // one's own cannot be entered again
    });
  });
}

describe('together with', () => {
  it('a policy: both hold', async () => {
    const container = withProbe([NONE, 'lxc.seccomp.profile = $HERE/policy'], 'mkdir /tmp/x; unshare -U true; probe');
    writePolicy(container, '2\ndenylist\nmkdir errno 28\nmkdirat errno 28');
    const done = await startContainer(container);
    expect(done.stderr).toBe("mkdir: can't create directory '/tmp/x': No space left on device\nunshare: unshare(0x10000000): Operation not permitted\n");
    expect(answers(done.stdout)['clone']).toBe(EPERM);
  });

  it('a policy that forbids to load another filter', async () => {
    const container = withProbe([NONE, 'lxc.seccomp.profile = $HERE/policy'], 'probe');
    writePolicy(container, '2\ndenylist\nseccomp errno 1\nprctl errno 1');
    expect(answers((await startContainer(container)).stdout)['unshare']).toBe(EPERM);
  });

  it('attach, and a command behind the minimal PID 1', async () => {
    const container = withProbe([NONE], 'exec sleep 60');
    await startDetached(container);
    const attached = await holdfast(['attach', container.name, '--', 'probe']);
    expect(answers(attached.stdout)['unshare']).toBe(EPERM);
    expect((await holdfast(['verify', container.name])).stdout).toContain('ok    a filter against user namespaces is loaded in PID 1');
    expect(answers((await startContainer(withProbe([NONE]), { command: ['probe'] })).stdout)['clone']).toBe(EPERM);
  });

  it("a mapped container's root, who cannot raise the limit of its namespace to any effect", async () => {
    const script = 'mount -o remount,rw,bind /proc/sys; echo 9 > /proc/sys/user/max_user_namespaces; cat /proc/sys/user/max_user_namespaces; probe';
    const done = await startContainer(withProbe([...(KINDS['a mapped container'] ?? []), NONE], script));
    expect(done.stdout.split('\n')[0]).toBe('9');
    expect(answers(done.stdout)['unshare']).toBe(EPERM);
  });
});

describe('a number above 0', () => {
  const mapped = KINDS['a mapped container'] ?? [];

  it('is the limit of the namespace, where root cannot raise it', async () => {
    const script = 'cat /proc/sys/user/max_user_namespaces; unshare -Ur sh -c "echo one; unshare -Ur true"; echo 9 > /proc/sys/user/max_user_namespaces';
    const done = await startContainer(make([...mapped, 'holdfast.userns.max = 1', 'lxc.cap.drop = sys_resource'], script));
    expect(done.stdout).toBe('1\none\n');
    expect(done.stderr).toContain('No space left on device');
    expect(done.stderr).toMatch(/can't create \/proc\/sys\/user\/max_user_namespaces/);
    expect(hostLimit()).toBe(before);
  });

  it('is refused where it would not hold, or would be a limit of the host', () => {
    expect(() => planOf(make([...mapped, 'holdfast.userns.max = 1']))).toThrow(/HF375/);
    expect(() => planOf(make(['holdfast.userns.max = 1']))).toThrow(/HF374/);
    expect(hostLimit()).toBe(before);
  });
});
