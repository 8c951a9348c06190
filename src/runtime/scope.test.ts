import { describe, expect, test } from 'vitest';
import type { CgroupHierarchy } from '../model/host.ts';
import { type Fixture, fixtureMachine } from '../host/fixture.ts';
import { aHost, aSpec, set } from '../controls/namespaces/testing.ts';
import { scopeCommand } from './scope.ts';

const unified: CgroupHierarchy = {
  version: 2,
  controllers: ['memory', 'pids'],
  mountPoint: '/sys/fs/cgroup',
  own: '/user.slice/session-3.scope',
  init: '/init.scope',
  writable: false,
};
const alice = aHost({ uid: 1000, gid: 1000, userName: 'alice', cgroups: [unified] });
const limited = aSpec({ name: 'web', cgroup: { ...aSpec().cgroup, dir: set('lxc') } });
const files = { '/usr/bin/systemd-run': { text: '', mode: 0o755 }, '/run/user/1000/systemd/private': { text: '' } };
const machine = (changes: Partial<Fixture> = {}) => fixtureMachine({ files, env: { PATH: '/bin:/usr/bin' }, ...changes });

describe('a delegated scope of the user manager', () => {
  test('is asked for where groups are wanted and none can be made', () => {
    expect(scopeCommand(limited, alice, machine())).toEqual([
      '/usr/bin/systemd-run',
      '--user',
      '--scope',
      '--quiet',
      '--collect',
      '--property=Delegate=yes',
      '--description=Holdfast: web',
      '--',
    ]);
  });

  test.each([
    ['by root', limited, aHost({ cgroups: [unified] }), machine()],
    ['where groups can be made already', limited, aHost({ ...alice, cgroups: [{ ...unified, writable: true }] }), machine()],
    ['by a container without groups', aSpec({ capabilities: { mode: 'keep', names: [], why: set(0).why } }), alice, machine()],
    ['without a manager', limited, alice, machine({ files: { '/usr/bin/systemd-run': { text: '', mode: 0o755 } } })],
    ['without systemd-run', limited, alice, machine({ files: { '/run/user/1000/systemd/private': { text: '' } } })],
    ['a second time', limited, alice, machine({ env: { PATH: '/usr/bin', HOLDFAST_IN_SCOPE: '1' } })],
    ['on version 1 alone', limited, aHost({ ...alice, cgroups: [{ ...unified, version: 1 }] }), machine()],
    ['from a relative PATH', limited, alice, machine({ env: { PATH: 'usr/bin:.' } })],
  ])('is not, %s', (_, spec, host, here) => {
    expect(scopeCommand(spec, host, here)).toBeNull();
  });
});
