import { describe, expect, it } from 'vitest';
import { readHostFacts } from './facts.ts';
import { fixtureMachine } from './fixture.ts';
import { delegatedMachine, legacyMachine, sessionMachine, status, unifiedMachine } from './testing.ts';

describe('readHostFacts', () => {
  it('tells what root can do on a whole machine', () => {
    const { cgroups, cgroupControllers, ...rest } = readHostFacts(fixtureMachine(unifiedMachine()), []);
    expect(cgroups).toHaveLength(1);
    expect(cgroupControllers).toEqual({});
    expect(rest).toEqual({
      arch: 'x86_64',
      kernel: { release: '6.1.0-37-amd64', major: 6, minor: 1 },
      uid: 0,
      gid: 0,
      userName: 'root',
      capabilities: { effective: 0x1ffffffffffn, bounding: 0x1ffffffffffn },
      lastCapability: 40,
      namespaces: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'],
      initialUserNamespace: true,
      userNamespaceRefusal: null,
      apparmor: null,
      lsms: ['lockdown', 'capability', 'landlock', 'yama', 'apparmor'],
      lsmsListed: true,
      subuids: [],
      subgids: [],
      newuidmap: '/usr/bin/newuidmap',
      newgidmap: '/usr/bin/newgidmap',
      helperFaults: { newuidmap: null, newgidmap: null },
      subIdFaults: [],
      rlimits: { cpu: null, nofile: 1048576n, nproc: 31000n, nice: 0n },
      procChildren: true,
      paths: {},
      runDir: '/run/holdfast',
      cacheDir: '/var/lib/holdfast',
      stateDir: '/var/lib/holdfast',
    });
  });

  it('tells what an ordinary user can do', () => {
    expect(readHostFacts(fixtureMachine(delegatedMachine()), [])).toMatchObject({
      uid: 1000,
      userName: 'alice',
      capabilities: { effective: 0n, bounding: 0x1ffffffffffn },
      subuids: [{ first: 100000, count: 65536 }],
      subgids: [
        { first: 200000, count: 65536 },
        { first: 900000, count: 10 },
      ],
      runDir: '/run/user/1000/holdfast',
      cacheDir: '/home/alice/.cache/holdfast/launchers',
    });
  });

  it.each([legacyMachine(), unifiedMachine(), delegatedMachine(), sessionMachine()])('reads no file twice', (fixture) => {
    const machine = fixtureMachine(fixture);
    readHostFacts(machine, []);
    expect(machine.reads.length).toBeGreaterThan(10);
    expect(machine.reads).toEqual([...new Set(machine.reads)]);
  });

  it('asks about paths, and about those that follow from the facts', () => {
    const machine = fixtureMachine({ ...unifiedMachine(), files: { ...unifiedMachine().files, '/dev/null': { char: [1, 3] } } });
    expect(readHostFacts(machine, ['/dev/null', '/none']).paths).toEqual({ '/dev/null': { kind: 'char', major: 1, minor: 3 }, '/none': { kind: 'missing' } });
    expect(readHostFacts(machine, ({ userName }) => [`/etc/${userName}`]).paths).toEqual({ '/etc/root': { kind: 'missing' } });
  });

  it('survives a machine of which nothing can be read', () => {
    const facts = readHostFacts(fixtureMachine({ files: {}, uid: 7, userName: null }), []);
    expect(facts).toMatchObject({
      userName: '7',
      capabilities: { effective: 0n },
      cgroups: [],
      lsms: ['capability'],
      lsmsListed: false,
      initialUserNamespace: false,
      procChildren: false,
    });
    expect(facts.userNamespaceRefusal).toContain('CONFIG_USER_NS');
  });

  it('knows arm64 by its kernel name', () => {
    expect(readHostFacts(fixtureMachine({ ...unifiedMachine(), arch: 'arm64' }), []).arch).toBe('arm64');
  });

  it('sees that it is in a user namespace', () => {
    const inside = { ...unifiedMachine().files, '/proc/self/uid_map': '         0     100000      65536\n', '/proc/self/status': status('000001ffffffffff') };
    expect(readHostFacts(fixtureMachine({ files: inside }), []).initialUserNamespace).toBe(false);
  });
});
