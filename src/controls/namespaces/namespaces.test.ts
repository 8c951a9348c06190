import { describe, expect, it } from 'vitest';
import type { Namespace } from '../../model/spec.ts';
import { cloneStep, namespaces, newNamespaces } from './index.ts';
import { aHost, alice, aSpec, checkLines, findingLines, line, net, set, ids, stepLines } from './testing.ts';

const clone = (...names: Namespace[]) => ({ mode: 'clone', names, why: line(2) }) as const;
const keep = (...names: Namespace[]) => ({ mode: 'keep', names, why: line(2) }) as const;
const embedded = { kind: 'host', why: line(1) } as const;
const found = (...args: Parameters<typeof namespaces.compile>) => findingLines(namespaces.compile(...args).diagnostics);

describe('newNamespaces', () => {
  it('gives a container of root all usual ones, without user and time', () => {
    expect(newNamespaces(aSpec(), aHost())).toEqual(['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup']);
  });

  it.each([
    ['an id map', aSpec({ idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] }), aHost()],
    ['an ordinary user', aSpec(), alice()],
    ['root without CAP_SYS_ADMIN', aSpec(), aHost({ capabilities: { effective: 1n, bounding: 1n } })],
    ['the embedded default', aSpec({ root: embedded }), aHost()],
  ])('adds a user namespace for %s', (_, spec, host) => {
    expect(newNamespaces(spec, host)).toContain('user');
  });

  it('leaves the embedded default of root without user namespace where none can be made, and warns', () => {
    const host = aHost({ userNamespaceRefusal: 'user.max_user_namespaces is 0' });
    expect(newNamespaces(aSpec({ root: embedded }), host)).not.toContain('user');
    expect(found(aSpec({ root: embedded }), host)).toEqual([
      "HF309 warning: root of this container is root of the host, over the host's own files: user.max_user_namespaces is 0 / let this machine make user namespaces",
    ]);
  });

  it('ignores for root the switches that bind ordinary users only', () => {
    const host = aHost({ userNamespaceRefusal: 'kernel.unprivileged_userns_clone is 0' });
    expect(newNamespaces(aSpec({ root: embedded }), host)).toContain('user');
    expect(found(aSpec({ root: embedded }), host)).toEqual([]);
  });

  it.each([
    [[], true],
    [[net('empty')], true],
    [[net('none')], false],
    [[net('none'), net('empty', { index: 1 })], true],
  ])('net of %j is new: %s', (network, own) => {
    expect(newNamespaces(aSpec({ network }), aHost()).includes('net')).toBe(own);
  });

  it('clones exactly what is listed, time too', () => {
    expect(newNamespaces(aSpec({ namespaces: clone('time', 'mnt', 'net') }), aHost())).toEqual(['mnt', 'net', 'time']);
  });

  it('keeps what is listed and makes the usual others', () => {
    expect(newNamespaces(aSpec({ namespaces: keep('net', 'ipc') }), aHost())).toEqual(['mnt', 'pid', 'uts', 'cgroup']);
  });

  it('does without a cgroup namespace on a kernel without them, silently', () => {
    const host = aHost({ namespaces: ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'] });
    expect(newNamespaces(aSpec(), host)).toEqual(['mnt', 'pid', 'uts', 'ipc', 'net']);
    expect(found(aSpec(), host)).toEqual([]);
  });
});

describe('cloneStep', () => {
  it('leaves the cgroup namespace to init and makes the time namespace at once', () => {
    const step = cloneStep(aSpec({ namespaces: clone('mnt', 'cgroup', 'time', 'pid') }), aHost(), 'unified');
    expect(stepLines([step])).toEqual([
      'monitor clone: start init in namespaces of its own: mnt, pid, time, in its control group [web:2]',
      '  <clone {"namespaces":["CLONE_NEWNS","CLONE_NEWPID","CLONE_NEWTIME"],"cgroup":"unified"}>',
    ]);
    expect(step.hints).toHaveProperty('EBUSY');
    expect(step.hints?.EINVAL).toMatch(/time namespace/);
  });
});

describe('compile', () => {
  it('makes the cgroup namespace after the groups are joined, and sets the name', () => {
    expect(stepLines(namespaces.compile(aSpec({ hostname: set('web-1', 4) }), aHost()).steps)).toEqual([
      "init join: make a cgroup namespace, whose root is the container's own group [default: a container has namespaces of its own]",
      '  unshare(CLONE_NEWCGROUP)',
      'init hostname: set the hostname to web-1 [web:4]',
      '  sethostname("web-1", 5)',
    ]);
  });

  it('counts a hostname in bytes', () => {
    expect(stepLines(namespaces.compile(aSpec({ hostname: set('é') }), aHost()).steps)).toContain('  sethostname("é", 2)');
    expect(found(aSpec({ hostname: set('é'.repeat(33), 4) }), aHost())).toEqual([
      `HF307 error :4: the hostname '${'é'.repeat(33)}' has 66 bytes; the kernel takes 1 to 64 / choose another lxc.uts.name`,
    ]);
  });

  it('never renames the host', () => {
    const spec = aSpec({ hostname: set('web-1', 4), namespaces: keep('uts') });
    expect(namespaces.compile(spec, aHost()).steps.map(({ phase }) => phase)).toEqual(['join']);
    expect(found(spec, aHost())[0]).toMatch(/^HF304 error :4/);
  });

  it.each([
    ['the mount namespace is kept', aSpec({ namespaces: keep('mnt') }), aHost(), 'HF303 error :2'],
    ['the mount namespace is not cloned', aSpec({ namespaces: clone('pid') }), aHost(), 'HF303 error :2'],
    ['an ordinary user keeps the user namespace', aSpec({ namespaces: keep('user') }), alice(), 'HF305 error :2'],
    ['user namespaces are forbidden', aSpec(), alice({ userNamespaceRefusal: 'kernel.unprivileged_userns_clone is 0' }), 'HF306 error'],
    ['a map has no user namespace', aSpec({ namespaces: keep('user'), idmap: [ids('u 0 100000 65536', 5)] }), aHost(), 'HF308 error :5'],
    ['the kernel lacks what is listed', aSpec({ namespaces: clone('mnt', 'time') }), aHost({ namespaces: ['mnt', 'user'] }), 'HF301 error :2'],
    ['the kernel cannot map', aSpec({ idmap: [ids('u 0 100000 65536', 5)] }), aHost({ namespaces: ['mnt', 'pid', 'uts', 'ipc', 'net'] }), 'HF301 error :5'],
  ])('is an error when %s', (_, spec, host, begin) => {
    const lines = found(spec, host);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^${begin}`));
  });
});

describe('verify', () => {
  it('compares every new namespace with that of the caller', () => {
    expect(checkLines(namespaces.verify(aSpec({ namespaces: clone('mnt', 'cgroup') }), aHost()))).toEqual([
      '/proc/{pid}/ns/mnt differs-from-caller',
      '/proc/{pid}/ns/cgroup differs-from-caller',
    ]);
  });
});
