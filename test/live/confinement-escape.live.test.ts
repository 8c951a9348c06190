// Ways out that others have taken, tried as root of a container that is not mapped to other ids and keeps what LXC lets it keep.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { planOf, startContainer, writeLauncher } from '../support/container.ts';
import { containers, namespacesOf, startDetached, until } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const compiled = needing('root', 'busybox', 'gcc');
const make = containers();
/** What LXC's own common.conf drops, and what reaches beyond any container. */
const DROPPED = 'lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio sys_ptrace dac_read_search sys_boot bpf';

/** `probe CALL`: one kernel call from within; prints its result and errno. */
const PROBE = String.raw`
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/ioctl.h>
#include <unistd.h>
int main(int argc, char **argv) {
  long r = -1;
  if (!strcmp(argv[1], "handle")) {
    struct { struct file_handle h; unsigned char b[128]; } f; int m;
    f.h.handle_bytes = 128;
    if (name_to_handle_at(AT_FDCWD, "/init", &f.h, &m, 0)) { printf("no handle %d\n", errno); return 0; }
    r = open_by_handle_at(open("/", O_RDONLY), &f.h, O_RDONLY);
  } else if (!strcmp(argv[1], "ptrace")) r = ptrace(PTRACE_ATTACH, atoi(argv[2]), 0, 0);
  else if (!strcmp(argv[1], "tiocsti")) r = ioctl(0, TIOCSTI, "x");
  else if (!strcmp(argv[1], "chroot")) {
    /* the classic way out: chroot below, keep the old directory open, walk up */
    int d = open("/", O_RDONLY);
    if (chroot("/tmp") || fchdir(d)) return 1;
    for (int i = 0; i < 64; i++) if (chdir("..")) return 1;
    if (chroot(".")) return 1;
    r = access("/init", F_OK);
  }
  printf("%ld %d\n", r, r < 0 ? errno : 0);
}`;

let folder = '';
beforeAll(() => {
  if (!needs('gcc').ok) return;
  folder = mkdtempSync(join(tmpdir(), 'holdfast-probe-'));
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
const EPERM = '-1 1\n';

describe('a command, behind its reaper', () => {
  it('/proc/1 leads to no descriptor and no directory of the host, and its program cannot be overwritten (CVE-2016-8649, CVE-2019-5736)', async () => {
    const container = make([]);
    const script =
      'ls /proc/1/fd; ls /proc/1/cwd/init /proc/1/root/init; ls -id /proc/1/root/.. / | sort -u | cut -c1-6 | uniq | wc -l; echo x >> /proc/1/exe; echo y > /proc/self/exe; exit 4';
    const launcher = writeLauncher(container, planOf(container, { command: ['sh', '-c', script] }));
    const before = readFileSync(launcher);
    const done = await run([launcher]);
    expect(done.stdout).toBe('/proc/1/cwd/init\n/proc/1/root/init\n1\n');
    expect(done.stderr).toContain("can't create /proc/1/exe: Text file busy");
    expect(done.code).toBe(4);
    expect(readFileSync(launcher).equals(before)).toBe(true);
  });

  it('a signal from inside does not end PID 1 before its command', async () => {
    expect(await startContainer(make([]), { command: ['sh', '-c', 'kill -9 1; kill -STOP 1; sleep 0.1; exit 6'] })).toMatchObject({ code: 6 });
  });

  compiled('PID 1 may be traced no further than its own confinement: it has no capability, no descriptor', async () => {
    const dropped = await startContainer(withProbe([DROPPED, 'lxc.cap.drop = setpcap'], undefined), { command: ['probe', 'handle'] });
    expect(dropped.stdout).toBe(EPERM);
    const done = await startContainer(withProbe([]), { command: ['sh', '-c', 'grep CapPrm /proc/1/status; ls /proc/1/fd | wc -l'] });
    expect(done.stdout.replace('\t', ' ')).toBe('CapPrm: 0000000000000000\n0\n');
  });
});

describe('root of the container', () => {
  compiled('open_by_handle_at needs dac_read_search, which is gone', async () => {
    expect((await startContainer(withProbe([DROPPED], 'probe handle'))).stdout).toBe(EPERM);
    // with it the call works: the probe asks the right question
    expect((await startContainer(withProbe([], 'probe handle'))).stdout).toMatch(/^\d+ 0\n$/);
  });

  compiled('chroot and .. end at the root of the container', async () => {
    expect((await startContainer(withProbe([DROPPED], 'probe chroot'))).stdout).toBe('0 0\n');
  });

  it('a new user namespace gives rights in itself only', async () => {
    const script = [
      'unshare -Ur sh -c "hostname inside" ; hostname',
      'unshare -Ur sh -c "echo 1 > /proc/sys/net/ipv4/ip_forward"',
      'unshare -Ur mount -t tmpfs x /mnt',
      'unshare -Urm mount -t tmpfs x /mnt && echo mounted; grep -c " /mnt " /proc/self/mountinfo',
      'unshare -Urm mount -o remount,rw,bind /proc/sys',
    ];
    const done = await startContainer(make(['lxc.cap.keep = setfcap'], script.join('\n')));
    expect(done.stdout).toBe('test\nmounted\n0\n');
    expect(done.stderr.trim().split('\n')).toEqual([
      'hostname: sethostname: Operation not permitted',
      "sh: can't create /proc/sys/net/ipv4/ip_forward: Read-only file system",
      'mount: permission denied (are you root?)',
      'mount: permission denied (are you root?)',
    ]);
  });

  it('what it mounts over its own /proc changes nothing outside, and its monitor stays out of sight', async () => {
    const container = make([DROPPED], 'mount -t tmpfs x /proc; mkdir /proc/1; echo fake > /proc/1/status; exec sleep 60');
    const { init, monitor } = await startDetached(container);
    await until('it has mounted', () => readFileSync(`/proc/${init}/mountinfo`, 'utf8').includes(' - tmpfs x'));
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(' - tmpfs x ');
    expect(namespacesOf(monitor)['mnt']).toBe(namespacesOf('self')['mnt']);
    expect(readFileSync(`/proc/${init}/status`, 'utf8')).toMatch(/^NSpid:.*\t1$/m);
  });

  it("the host's processes cannot be seen or signalled", async () => {
    const done = await startContainer(make([]), { command: ['sh', '-c', `kill -0 ${process.pid}; kill -9 -1; echo $?; ls -d /proc/${process.pid}`] });
    expect(done.stderr).toContain("can't kill pid");
    expect(done.stderr).toContain('No such file or directory');
    expect(process.kill(process.pid, 0)).toBe(true);
  });
});
