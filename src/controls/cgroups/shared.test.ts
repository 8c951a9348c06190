import { describe, expect, it } from 'vitest';
import type { SharedValue } from '../../model/spec.ts';
import { checkLines, line, set } from '../namespaces/testing.ts';
import { cgroups, sharedGroup } from './index.ts';
import { callsOf, found, hybrid, legacy, plan, undoOf, unified, withGroups } from './testing.ts';

const shared = (...texts: readonly string[]): readonly SharedValue[] =>
  texts.map((text, index) => {
    const [file = '', value = ''] = text.split(' = ');
    return { file, value, key: `holdfast.cgroup.parent.${file}`, why: line(index + 1) };
  });
const inAcme = (...texts: readonly string[]) => withGroups([], { dir: set('tenants/acme', 9), shared: shared(...texts) });
const of = (spec: Parameters<typeof plan>[0], host: Parameters<typeof plan>[1], part: string) => plan(spec, host).filter((one) => one.includes(part));

describe('values of the group around', () => {
  it('are agreed on, set by the first and checked by all, between the making of the group and what goes inside', () => {
    expect(of(inAcme('memory.limit_in_bytes = 64M'), hybrid(), '/sys/fs/cgroup/memory')).toEqual([
      'cgroup: make the group /sys/fs/cgroup/memory/tenants where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/tenants to be removed by the last container in it, if it is new',
      'cgroup: make the group /sys/fs/cgroup/memory/tenants/acme where it is missing',
      'cgroup: mark /sys/fs/cgroup/memory/tenants/acme to be removed by the last container in it, if it is new',
      'cgroup: agree on memory.limit_in_bytes = 67108864 for all containers in /sys/fs/cgroup/memory/tenants/acme',
      'cgroup: set memory.limit_in_bytes = 64M (67108864) for all containers in /sys/fs/cgroup/memory/tenants/acme, if this is the first',
      'cgroup: note on /sys/fs/cgroup/memory/tenants/acme what was agreed, if this is the first',
      'cgroup: check that memory.limit_in_bytes is 67108864 for all containers in /sys/fs/cgroup/memory/tenants/acme',
      'cgroup: make the group /sys/fs/cgroup/memory/tenants/acme/lxc.payload.web',
      'open: open /sys/fs/cgroup/memory/tenants/acme/lxc.payload.web/tasks, for init to join',
      'init join: join /sys/fs/cgroup/memory/tenants/acme/lxc.payload.web',
    ]);
  });

  it('on a unified hierarchy get their controllers from above', () => {
    expect(of(inAcme('memory.max = 64M'), unified(), 'enable')).toEqual([
      'cgroup: enable memory for the groups inside /sys/fs/cgroup',
      'cgroup: enable memory for the groups inside /sys/fs/cgroup/tenants',
      'cgroup: enable memory for the groups inside /sys/fs/cgroup/tenants/acme',
    ]);
  });

  it('are claimed under the name of the container, written only by the first', () => {
    const spec = inAcme('pids.max = 100');
    expect(callsOf(spec, legacy(), 'agree on')).toEqual([
      '<claim-value {"path":"/sys/fs/cgroup/pids/tenants/acme","mark":"user.holdfast.made","attribute":"user.holdfast.value.pids.max","value":"100","claimed":"cgroup.claimed.pids.0"}>',
    ]);
    expect(callsOf(spec, legacy(), 'note on')).toEqual([
      'fcntl($cgroup.claimed.pids.0, F_GETFD, 0)',
      'setxattr("/sys/fs/cgroup/pids/tenants/acme", "user.holdfast.value.pids.max", "100 (web)", 9, 0)',
    ]);
    expect(callsOf(spec, legacy(), 'set pids.max')[0]).toBe('fcntl($cgroup.claimed.pids.0, F_GETFD, 0)');
  });

  it('are of the version that their name is of, or that is here', () => {
    expect(of(inAcme('pids.max = 100'), unified(), 'agree on')).toHaveLength(1);
    expect(found(inAcme('memory.limit_in_bytes = 64M'), unified())[0]).toContain("HF301 error :1: 'holdfast.cgroup.parent.memory.limit_in_bytes'");
    expect(of({ ...inAcme(), cgroup: { ...inAcme('memory.limit_in_bytes = 64M').cgroup, translate: set(true) } }, unified(), 'agree on')).toEqual([
      'cgroup: agree on memory.max = 67108864 for all containers in /sys/fs/cgroup/tenants/acme',
    ]);
  });

  it('of several for one file the last is meant', () => {
    expect(of(inAcme('pids.max = 100', 'pids.max = 200'), legacy(), 'agree on')).toEqual([
      'cgroup: agree on pids.max = 200 for all containers in /sys/fs/cgroup/pids/tenants/acme',
    ]);
  });

  it('are verified where they are', () => {
    expect(checkLines(cgroups.verify(inAcme('pids.max = 100'), legacy())).filter((one) => !one.includes('/proc/'))).toEqual([
      "/sys/fs/cgroup/pids/tenants/acme/pids.max equals '100'",
    ]);
  });

  it.each([
    [
      withGroups([], { shared: shared('pids.max = 5') }),
      "HF550 error :1: 'holdfast.cgroup.parent.pids.max' is for a group that containers share, and this one is in none",
    ],
    [inAcme('devices.deny = a'), "HF551 error :1: 'holdfast.cgroup.parent.devices.deny': device rules are each container's own"],
    [inAcme('pids.max = many'), "HF542 error :1: 'many' is no value for pids.max"],
    [inAcme('../x.max = 5'), "HF510 error :1: 'holdfast.cgroup.parent.../x.max' names no control-group file: it contains a slash"],
  ])('errors', (spec, text) => {
    expect(found(spec, legacy())[0]).toContain(text);
  });
});

describe('turns', () => {
  it('are taken where a group is shared, and for its removal too', () => {
    const spec = inAcme('pids.max = 100');
    const steps = plan(spec, legacy()).filter((one) => one.startsWith('cgroup: '));
    expect([steps[0], steps.at(-1)]).toEqual([
      'cgroup: wait for others that make or remove groups at this moment',
      'cgroup: let others make and remove groups',
    ]);
    const take = ['openat(AT_FDCWD, "/run/holdfast", O_RDONLY|O_DIRECTORY|O_CLOEXEC, 0) -> $cgroup.turn', 'flock($cgroup.turn, LOCK_EX)'];
    expect(callsOf(spec, legacy(), 'wait for others')).toEqual(take);
    expect(undoOf(spec, legacy(), 'let others')).toEqual(take);
    expect(undoOf(spec, legacy(), 'wait for others')).toEqual(['close($cgroup.turn)']);
  });

  it('are not taken for a group of its own', () => {
    expect(of(withGroups(['lxc.cgroup.pids.max = 9']), legacy(), 'others')).toEqual([]);
  });
});

it.each([
  [{ dir: set('tenants/acme') }, 'tenants/acme'],
  [{ container: set('a/b') }, 'a'],
  [{ pattern: set('lxc/%n') }, 'lxc'],
  [{ container: set('a') }, null],
  [{}, null],
])('the name of the group around: %j', (place, name) => {
  expect(sharedGroup(withGroups([], place))).toBe(name);
});
