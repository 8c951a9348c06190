import { describe, expect, it } from 'vitest';
import { aHost, aSpec, checkLines, findingLines, FULL, ids, line, named, net, rlimit, set, stepLines, titles } from '../namespaces/testing.ts';
import { limits } from './index.ts';

const steps = (...args: Parameters<typeof limits.compile>) => limits.compile(...args).steps;
const found = (...args: Parameters<typeof limits.compile>) => findingLines(limits.compile(...args).diagnostics);
const withoutResource = aHost({ capabilities: { effective: FULL & ~(1n << 24n), bounding: FULL } });

describe('resource limits', () => {
  it('are lowered by init, raised by the monitor, and read back by init', () => {
    expect(stepLines(steps(aSpec({ rlimits: [rlimit('nofile', 64n, 128n, 3), rlimit('core', 0n, null, 4)] }), aHost()))).toEqual([
      'monitor admit: set the limit nofile to 64 (hard 128) [web:3]',
      '  prlimit64($init.pid, 7, {rlim_cur=64 rlim_max=128}, 0)',
      'init verify: the limit nofile is 64 of 128 [law: verified]',
      '  prlimit64(0, 7, 0, &limits.nofile)',
      '  limits.nofile+0:8 == 64',
      '  limits.nofile+8:8 == 128',
      'monitor admit: set the limit core to 0 (hard unlimited) [web:4]',
      '  prlimit64($init.pid, 4, {rlim_cur=0 rlim_max=18446744073709551615}, 0)',
      'init verify: the limit core is 0 of unlimited [law: verified]',
      '  prlimit64(0, 4, 0, &limits.core)',
      '  limits.core+0:8 == 0',
      '  limits.core+8:8 == 18446744073709551615',
    ]);
  });

  it('take a number for a name, and the last line of a limit', () => {
    expect(titles(steps(aSpec({ rlimits: [rlimit('nofile', 1n, 1n, 3), rlimit('7', 9n, 9n, 4)] }), aHost()))).toEqual([
      'init rlimit: set the limit nofile to 9',
      'init verify: the limit nofile is 9 of 9',
    ]);
  });

  it.each([
    ['an unknown name', rlimit('files', 1n, 1n), aHost(), /^HF360 error :1: 'files' is no resource limit \/ write one of cpu, fsize, /],
    ['a number without limit', rlimit('16', 1n, 1n), aHost(), /^HF360 error :1/],
    ['soft above hard', rlimit('core', 2n, 1n), aHost(), /^HF361 error :1: 'lxc.prlimit.core': the soft limit 2 is above the hard limit 1/],
    ['unlimited above hard', rlimit('core', null, 1n), aHost(), /^HF361 error :1: .*the soft limit unlimited is above the hard limit 1/],
    [
      'more than the caller may give',
      rlimit('nofile', 1n, 4097n),
      withoutResource,
      /^HF301 error :1: .*the caller's own hard limit of nofile is 4096, and without CAP_SYS_RESOURCE it cannot give 4097/,
    ],
    ['no limit where the caller has one', rlimit('nofile', 1n, null), withoutResource, /^HF301 error :1: .*cannot give unlimited/],
  ])('are refused for %s', (_, limit, host, text) => {
    expect(found(aSpec({ rlimits: [limit] }), host)).toEqual([expect.stringMatching(text)]);
    expect(steps(aSpec({ rlimits: [limit] }), host)).toEqual([]);
  });

  it('are fine up to the hard limit of the caller', () => {
    const spec = aSpec({ rlimits: [rlimit('nofile', 4096n, 4096n), rlimit('nproc', 5n, null)] });
    expect(found(spec, withoutResource)).toEqual([]);
    expect(titles(steps(spec, withoutResource))).toHaveLength(4);
  });

  it('may be raised with CAP_SYS_RESOURCE', () => {
    const spec = aSpec({ rlimits: [rlimit('nofile', 1n, 4097n)] });
    expect(found(spec, aHost())).toEqual([]);
    expect(steps(spec, aHost())).toHaveLength(2);
  });

  it('look from outside as the kernel shows them', () => {
    const spec = aSpec({ rlimits: [rlimit('nofile', 64n, 128n), rlimit('nice', 5n, null)], proc: [named('proc', 'oom_score_adj', '+0100')] });
    expect(checkLines(limits.verify(spec, aHost()))).toEqual([
      "/proc/{pid}/limits Max open files words '64 128 files'",
      "/proc/{pid}/limits Max nice priority words '5 unlimited'",
      "/proc/{pid}/oom_score_adj equals '100'",
    ]);
  });
});

describe('files of /proc/PID', () => {
  it('are written by the monitor before init goes on', () => {
    const spec = aSpec({ proc: [named('proc', 'oom_score_adj', '-10', 5)] });
    expect(stepLines(steps(spec, aHost()))).toEqual([
      "monitor admit: write '-10' to init's /proc/PID/oom_score_adj [web:5]",
      '  openat($init.proc, "oom_score_adj", O_WRONLY|O_CLOEXEC|O_NOFOLLOW, 0) -> $proc.file',
      '  write($proc.file, "-10", 3) == 3',
      '  close($proc.file)',
    ]);
    expect(steps(spec, aHost())[0]?.hints?.EACCES).toMatch(/CAP_SYS_RESOURCE/);
  });

  it.each(['uid_map', 'gid_map', 'setgroups', 'mem', 'attr.current', 'attr/exec', 'root.etc.passwd', 'fd.3', '../1/oom_score_adj', '', 'a..b'])(
    'are not these: %j',
    (name) => {
      const spec = aSpec({ proc: [named('proc', name, '1', 5)] });
      expect(found(spec, aHost())).toEqual([expect.stringMatching(/^HF362 error :5/)]);
      expect(steps(spec, aHost())).toEqual([]);
    },
  );
});

describe('sysctls', () => {
  const mounted = aSpec().mountAuto;
  const withProc = { mountAuto: { ...mounted, proc: set('mixed' as const) } };

  it('are written by init through the proc it mounts', () => {
    expect(stepLines(steps(aSpec({ ...withProc, sysctls: [named('sysctl', 'net.ipv4.ip_forward', '1', 3)] }), aHost()))).toEqual([
      "init sysctl: write '1' to /proc/sys/net/ipv4/ip_forward [web:3]",
      '  openat($proc, "sys/net/ipv4/ip_forward", O_WRONLY|O_CLOEXEC, 0) -> $sysctl.file',
      '  write($sysctl.file, "1", 1) == 1',
      '  close($sysctl.file)',
    ]);
  });

  it('or through a proc of their own', () => {
    const text = stepLines(steps(aSpec({ sysctls: [named('sysctl', 'kernel.sem', '1 2 3 4', 3), named('sysctl', 'kernel.msgmax', '9', 4)] }), aHost()));
    expect(text[0]).toBe('init sysctl: open a proc file system for the sysctls, which nobody else sees [web:3]');
    expect(text.filter((one) => one.includes('fsmount'))).toHaveLength(1);
    expect(text).toContain('  openat($sysctl.proc, "sys/kernel/sem", O_WRONLY|O_CLOEXEC, 0) -> $sysctl.file');
    expect(text).toContain('  write($sysctl.file, "1 2 3 4", 7) == 7');
  });

  it.each([
    ['kernel.shmmax', {}, null],
    ['fs.mqueue.msg_max', {}, null],
    ['kernel.domainname', {}, null],
    ['net.core.somaxconn', {}, null],
    ['net/ipv4/conf/eth0.1/forwarding', {}, null],
    ['user.max_user_namespaces', { idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] }, null],
    ['vm.swappiness', {}, /vm\/swappiness belongs to no namespace \/ set it on the host/],
    ['kernel.core_pattern', {}, /kernel\/core_pattern belongs to no namespace/],
    ['kernel.shmmax.x', {}, /belongs to no namespace/],
    ['network.x', {}, /belongs to no namespace/],
    ['user.max_user_namespaces', {}, /belongs to the user namespace, and this container has none of its own/],
    ['net.core.somaxconn', { network: [net('none')] }, /belongs to the net namespace/],
    ['kernel.msgmax', { namespaces: { mode: 'keep', names: ['ipc'], why: line(1) } as const }, /belongs to the ipc namespace/],
  ])('%s with %j: %s', (name, changes, refused) => {
    const spec = aSpec({ ...withProc, ...changes, sysctls: [named('sysctl', name, '1', 3)] });
    expect(found(spec, aHost())).toEqual(refused === null ? [] : [expect.stringMatching(refused)]);
    expect(steps(spec, aHost())).toHaveLength(refused === null ? 1 : 0);
    if (refused) expect(found(spec, aHost())[0]).toMatch(/^HF363 error :3: 'lxc.sysctl.*' would change the host/);
  });

  it('become namespaced with the kernel that does it', () => {
    const spec = aSpec({ ...withProc, sysctls: [named('sysctl', 'kernel.pid_max', '100', 3)] });
    const on = (major: number, minor: number) => found(spec, aHost({ kernel: { release: '', major, minor } }));
    expect([on(6, 13).length, on(6, 14).length, on(5, 20).length, on(7, 0).length]).toEqual([1, 0, 1, 0]);
  });
});
