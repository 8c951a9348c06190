// Policies in other files: a profile in JSON, and one that includes another, bind a container like any other.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { DOCKER_DEFAULT } from '../../src/controls/seccomp/testing/docker.ts';
import { startContainer } from '../support/container.ts';
import { containers, writePolicy } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const it = needing('root', 'busybox');
const FILTERED = ['lxc.seccomp.profile = $HERE/policy'];
const sh = (text: string) => ({ command: ['/bin/sh', '-c', text] });
const SYSLOG_AND_CHROOT = 'dmesg >/dev/null 2>&1 && echo log; chroot / /bin/true 2>&1 && echo root; grep Seccomp: /proc/self/status';

describe("Docker's default profile", () => {
  it('opens calls by the capabilities that the container keeps', async () => {
    const all = make(FILTERED);
    writePolicy(all, DOCKER_DEFAULT);
    expect(await startContainer(all, sh(SYSLOG_AND_CHROOT))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^(log\n)?root\nSeccomp:\t2\n$/) as unknown,
    });
    const fewer = make([...FILTERED, 'lxc.cap.drop = sys_chroot sys_admin syslog']);
    writePolicy(fewer, DOCKER_DEFAULT);
    const { code, stdout } = await startContainer(fewer, sh(SYSLOG_AND_CHROOT));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^chroot: .*not permitted\nSeccomp:\t2\n$/)]);
  });

  it('is refused whole with one name that nobody knows', async () => {
    const container = make(FILTERED);
    writePolicy(container, DOCKER_DEFAULT.replace('"acct"', '"acctt"'));
    await expect((async () => startContainer(container, sh('true')))()).rejects.toThrow("HF201 unknown system call 'acctt'");
  });
});

describe('a profile', () => {
  it('refuses with the number it names, and leaves out what is for other containers', async () => {
    const container = make(FILTERED);
    const syscalls = [
      { names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 17 },
      { names: ['rmdir', 'unlinkat'], action: 'SCMP_ACT_ERRNO', errnoRet: 39, excludes: { caps: ['CAP_SYS_ADMIN'] } },
    ];
    writePolicy(container, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'], syscalls }));
    const { stdout } = await startContainer(container, sh('mkdir /tmp/new 2>&1; rmdir /tmp/absent 2>&1'));
    expect(stdout).toMatch(/mkdir: .*File exists\n.*rmdir: .*No such file or directory\n/);
  });
});

describe('an include', () => {
  it('is in force with the rest', async () => {
    const container = make(FILTERED);
    writePolicy(container, '2\ndenylist\n[include more]\nrmdir errno ENOTEMPTY\nunlinkat errno ENOTEMPTY\n');
    writeFileSync(join(container.lxcpath, container.name, 'more'), 'mkdir errno EEXIST\nmkdirat errno EEXIST\n');
    const { stdout } = await startContainer(container, sh('mkdir /tmp/new 2>&1; rmdir /tmp/absent 2>&1'));
    expect(stdout).toMatch(/mkdir: .*File exists\nrmdir: .*Directory not empty\n/);
  });

  it('of a file that is not there is no start', async () => {
    const container = make(FILTERED);
    writePolicy(container, '2\ndenylist\n[include absent]\n');
    await expect((async () => startContainer(container, sh('true')))()).rejects.toThrow('HF108');
  });
});
