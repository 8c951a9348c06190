import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../model/host.ts';
import { callsOf, found, hybrid, legacy, plan, unified, withGroups } from '../cgroups/testing.ts';
import { payloadPaths } from '../cgroups/index.ts';
import { aSpec, checkLines, ids, line } from '../namespaces/testing.ts';
import { devicePaths, devices } from './index.ts';

const RULES = ['lxc.cgroup.devices.deny = a', 'lxc.cgroup.devices.allow = c 1:3 rwm'];
const MAP = { idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] };
const ROOT_MAP = { idmap: [ids('u 0 0 65536'), ids('g 0 0 65536')] };
const ADMIN = { capabilities: aSpec().capabilities };
const about = (spec: Parameters<typeof plan>[0], host = hybrid()) => plan(spec, host).filter((one) => one.includes('devices'));

describe('v1', () => {
  it('without a user namespace init writes one rule after the other into files the monitor opened', () => {
    expect(callsOf(withGroups(RULES), hybrid(), 'devices.')).toEqual([
      'openat(AT_FDCWD, "/sys/fs/cgroup/devices/lxc.payload.web/devices.deny", O_WRONLY|O_CLOEXEC, 0) -> $devices.deny',
      'openat(AT_FDCWD, "/sys/fs/cgroup/devices/lxc.payload.web/devices.allow", O_WRONLY|O_CLOEXEC, 0) -> $devices.allow',
      'write($devices.deny, "a", 1) == 1',
      'write($devices.allow, "c 1:3 rwm", 9) == 9',
    ]);
  });

  it('in a user namespace the list is there before init, which only opens terminals', () => {
    expect(about(withGroups([...RULES, 'lxc.cgroup.devices.allow = c 5:2 rwm'], {}, MAP))).toEqual([
      'cgroup: make the group /sys/fs/cgroup/devices/lxc.payload.web',
      "cgroup: give /sys/fs/cgroup/devices/lxc.payload.web to the container's root, user 100000, without its limits",
      'cgroup: set devices.deny = a',
      'cgroup: set devices.allow = c 1:3 rwm',
      'cgroup: set devices.allow = c 5:2 rwm',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/tasks, for init to join',
      'init join: join /sys/fs/cgroup/devices/lxc.payload.web',
    ]);
  });

  it('init joins late where the list forbids the terminals it opens', () => {
    expect(about(withGroups(RULES, {}, MAP)).at(-1)).toBe('init late-join: join /sys/fs/cgroup/devices/lxc.payload.web');
  });

  it('must not be the list of a new group', () => {
    expect(checkLines(devices.verify(withGroups(RULES), hybrid()))).toEqual(["/sys/fs/cgroup/devices/lxc.payload.web/devices.list differs 'a *:* rwm'"]);
    expect(devices.verify(withGroups(['lxc.cgroup.devices.deny = c 1:3 r']), hybrid())).toEqual([]);
  });
});

describe('rules out of reach', () => {
  const home = (spec: Parameters<typeof plan>[0]) => payloadPaths(spec, legacy())[3]?.path;

  it('init goes inside behind its last rule, and sees no further', () => {
    const spec = withGroups(RULES.slice(0, 1), {}, ADMIN);
    expect(about(spec, legacy())).toEqual([
      'cgroup: make the group /sys/fs/cgroup/devices/lxc.payload.web',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/devices.deny, for init to write',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web, for init to make a group inside',
      'open: open /sys/fs/cgroup/devices/lxc.payload.web/tasks, for init to join',
      'init join: join /sys/fs/cgroup/devices/lxc.payload.web',
      'init late-join: set devices.deny = a',
      'init late-join: go into /sys/fs/cgroup/devices/lxc.payload.web/inner, from where the rules cannot be changed',
    ]);
    expect(callsOf(spec, legacy(), 'go into')).toEqual([
      'mkdirat($cgroup.outer.devices, "inner", 493)',
      'openat($cgroup.outer.devices, "inner/tasks", O_WRONLY|O_CLOEXEC, 0) -> $cgroup.inner.devices',
      'write($cgroup.inner.devices, "0", 1) == 1',
      'unshare(CLONE_NEWCGROUP)',
    ]);
    expect(home(spec)).toBe('/sys/fs/cgroup/devices/lxc.payload.web/inner');
  });

  it("makes no second cgroup namespace where the host's is kept", () => {
    const spec = withGroups(RULES, {}, { ...ADMIN, namespaces: { mode: 'keep', names: ['cgroup'], why: line(1) } });
    expect(callsOf(spec, legacy(), 'go into').at(-1)).toBe('write($cgroup.inner.devices, "0", 1) == 1');
  });

  it('needs no group inside where CAP_SYS_ADMIN, which rules take, is dropped or not of the host', () => {
    expect(home(withGroups(RULES))).toBe('/sys/fs/cgroup/devices/lxc.payload.web');
    expect(home(withGroups(RULES, {}, { ...ADMIN, ...ROOT_MAP }))).toBe('/sys/fs/cgroup/devices/lxc.payload.web');
  });
});

describe('one table of the rules for both versions', () => {
  const set = (lines: readonly string[], host = hybrid()) =>
    about(withGroups(lines), host)
      .filter((one) => one.includes(' set '))
      .map((one) => one.replace('init late-join: set devices.', ''));

  it('takes those of v2 where v1 enforces them', () => {
    expect(set(['lxc.cgroup2.devices.deny = a'])).toEqual(['deny = a']);
    expect(set(['lxc.cgroup2.devices.deny = a', 'lxc.cgroup.devices.allow = c 1:3 r'])).toEqual(['deny = a', 'allow = c 1:3 r']);
  });

  it('writes nothing that a later beginning makes void', () => {
    const both = ['deny = a', 'allow = c *:* m', 'allow = c 1:3 rwm'].map((rule) => rule);
    expect(set([1, 2].flatMap((version) => both.map((rule) => `lxc.cgroup${version === 2 ? 2 : ''}.devices.${rule}`)))).toEqual(both);
    expect(found(withGroups(RULES), hybrid())).toEqual([]);
  });

  it('shows a device that is named with its numbers', () => {
    const spec = withGroups(['lxc.cgroup2.devices.allow = /dev/sda r']);
    expect(devicePaths(spec)).toEqual(['/dev/sda']);
    expect(plan(spec, hybrid({ paths: { '/dev/sda': { kind: 'block', major: 8, minor: 0 } } })).at(-1)).toBe(
      'init late-join: set devices.allow = b 8:0 r, /dev/sda',
    );
  });
});

describe('v2', () => {
  const v2 = { devices: { value: 'v2', why: line(9) } } as const;

  it('the monitor loads a program, init attaches it behind its devices and reads back that it is the only one', () => {
    const spec = withGroups(RULES);
    expect(plan(spec, unified())).toEqual([
      'cgroup: make the group /sys/fs/cgroup/lxc.payload.web',
      'cgroup: make the group /sys/fs/cgroup/lxc.payload.web/inner, from where the limits cannot be changed',
      'open: load the device list as a BPF program of 10 instructions',
      'open: open /sys/fs/cgroup/lxc.payload.web, for its device program',
      'open: open /sys/fs/cgroup/lxc.payload.web/inner, for init to be cloned into',
      'init late-join: attach it to /sys/fs/cgroup/lxc.payload.web, and read back that it is the only one',
    ]);
    expect(callsOf(spec, unified(), 'attach it')).toEqual([
      'bpf(BPF_PROG_ATTACH, {target_fd=$devices.group attach_bpf_fd=$devices.program attach_type=BPF_CGROUP_DEVICE attach_flags=BPF_F_ALLOW_MULTI}, sizeof bpf_attr)',
      'bpf(BPF_OBJ_GET_INFO_BY_FD, {info_bpf_fd=$devices.program info_info_len=232 info_info=&devices.info}, sizeof bpf_attr)',
      'bpf(BPF_PROG_QUERY, {query_target_fd=$devices.group query_attach_type=BPF_CGROUP_DEVICE query_prog_ids=&devices.found query_prog_cnt=2}, sizeof bpf_attr)',
      'devices.found+0:4 == devices.info+4',
      'devices.found+4:4 == 0',
    ]);
  });

  it('is the means of a hybrid host only when asked for', () => {
    expect(about(withGroups(RULES)).some((one) => one.includes('BPF'))).toBe(false);
    expect(plan(withGroups(RULES, v2), hybrid()).some((one) => one.includes('BPF'))).toBe(true);
    expect(found(withGroups(RULES, { devices: { value: 'v1', why: line(9) } }), unified())[0]).toContain(
      "the v1 controller 'devices' is not mounted / mount it, or write holdfast.devices = v2",
    );
  });

  it('in a user namespace the monitor attaches it before init is there, which must find its terminals allowed', () => {
    const attach = (lines: readonly string[]) => plan(withGroups(lines, {}, MAP), unified()).find((one) => one.includes('attach it'));
    expect(attach([...RULES, 'lxc.cgroup2.devices.allow = c 5:2 rw'])).toMatch(/^open: attach it/);
    expect(found(withGroups(RULES, {}, MAP), unified())[0]).toContain('HF521 error :1: the device list forbids /dev/ptmx (c 5:2 rw)');
  });
});

describe('what cannot be enforced', () => {
  /** Two hierarchies that root may make no groups in. */
  const closed = (host: HostFacts): HostFacts => ({ ...host, cgroups: host.cgroups.map((one) => ({ ...one, writable: false })) });
  const told = (lines: readonly string[], host = closed(unified())) => found(withGroups(lines), host);

  it('needs root of the host', () => {
    const needs = "'lxc.cgroup.devices.deny' is read but cannot be enforced: the kernel takes device rules only from a caller with CAP_SYS_ADMIN on the host";
    expect(told(['lxc.cgroup.devices.deny = a'], hybrid({ initialUserNamespace: false }))[0]).toContain(`HF301 error :1: ${needs}`);
    expect(told(['lxc.cgroup.devices.deny = a'], hybrid({ capabilities: { effective: 1n, bounding: 1n } }))).toHaveLength(1);
  });

  it('is told once for each key, of the version of the host where both are there', () => {
    const keys = (lines: readonly string[]) => told(lines).map((one) => /'([^']+)'/.exec(one)?.[1]);
    expect(keys([...RULES, 'lxc.cgroup2.devices.deny = a', 'lxc.cgroup2.devices.deny = c 1:3 r'])).toEqual(['lxc.cgroup2.devices.deny']);
    expect(keys(RULES)).toEqual(['lxc.cgroup.devices.deny', 'lxc.cgroup.devices.allow']);
    expect(told(RULES)[0]).toContain('the unified hierarchy (cgroup2) is mounted at /sys/fs/cgroup, and root may not make groups there');
    expect(told(RULES, closed(hybrid()))[0]).toContain("the v1 controller 'devices' is mounted at /sys/fs/cgroup/devices, and root may not make groups there");
  });

  it('other files of the controller, and rules without a text', () => {
    expect(told(['lxc.cgroup.devices.list = a'], hybrid())[0]).toContain("HF520 error :1: 'lxc.cgroup.devices.list' cannot be set");
    expect(told(['lxc.cgroup.devices.deny = '], hybrid())[0]).toContain('HF513 error :1');
  });
});
