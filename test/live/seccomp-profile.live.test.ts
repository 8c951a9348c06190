// Policies in other files: a profile in JSON, and one that includes another, bind a container like any other.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { CONSTANTS } from '../../src/kernel/constants.gen.ts';
import { DOCKER_DEFAULT } from '../../src/controls/seccomp/testing/docker.ts';
import { startContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast, startDetached, until, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { buildFilters } from '../support/seccomp/programs.ts';

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

describe('flags', () => {
  const ptracing = needing('root', 'busybox', 'gcc');
  const filters = needs('root', 'busybox', 'gcc').ok ? buildFilters() : null;
  afterAll(() => filters?.remove());
  const profile = (flags: readonly string[]) =>
    JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', flags, syscalls: [{ names: ['acct'], action: 'SCMP_ACT_ERRNO' }] });

  ptracing('LOG is what the kernel says of the filter, of init and of whoever attaches', async () => {
    for (const [flags, told] of [
      [[], 0],
      [['SECCOMP_FILTER_FLAG_LOG'], CONSTANTS.SECCOMP_FILTER_FLAG_LOG],
      // Loading with it succeeds; to PTRACE_SECCOMP_GET_METADATA the kernel does not tell it.
      [['SECCOMP_FILTER_FLAG_SPEC_ALLOW'], 0],
    ] as const) {
      const container = make(FILTERED, 'exec sleep 60');
      writePolicy(container, profile(flags));
      const { init } = await startDetached(container);
      expect(filters?.flagsOf(init)).toEqual([told]);
      writePolicy(container, profile([]));
      const attached = holdfast(['attach', container.name, '--', 'sh', '-c', 'exec sleep 3.2571']);
      const pid = await until('it sleeps', () => sleeping('3.2571'));
      expect(filters?.flagsOf(pid)).toEqual([told]);
      process.kill(pid, 'SIGKILL');
      await attached;
      await holdfast(['stop', '-k', container.name]);
    }
  });

  function sleeping(seconds: string): number | undefined {
    const isIt = (pid: string) => /^\d+$/.test(pid) && commandLine(pid) === `sleep\0${seconds}\0`;
    const found = readdirSync('/proc').find(isIt);
    return found === undefined ? undefined : Number(found);
  }

  needing(
    'root',
    'busybox',
    'strace',
  )('both are given in the call that loads it', async () => {
    const container = make([]);
    writePolicy(container, profile(['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_TSYNC']));
    const folder = join(container.lxcpath, container.name);
    const command = [COMMAND, 'run', '-f', container.config, '-s', `lxc.seccomp.profile=${join(folder, 'policy')}`, '--', '/bin/true'];
    const { code } = await run(['strace', '-f', '-e', 'trace=seccomp', '-o', join(folder, 'calls'), process.execPath, ...command]);
    expect(code).toBe(0);
    const loads = readFileSync(join(folder, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('SECCOMP_SET_MODE_FILTER'));
    // PID 1, which reaps, and the command.
    expect(loads).toHaveLength(2);
    for (const load of loads) expect(load).toMatch(/SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG\|SECCOMP_FILTER_FLAG_SPEC_ALLOW, .* = 0$/);
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

/** Empty for a process that has ended. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
