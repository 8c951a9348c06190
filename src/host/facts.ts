// Reads this machine, once, into HostFacts. Every file is read at most once and nothing is searched: a start waits for this.

import type { HostFacts } from '../model/host.ts';
import { readApparmor } from './apparmor.ts';
import { readCgroups, readControllers } from './cgroups.ts';
import { findDirectories } from './directories.ts';
import { findHelper } from './helpers.ts';
import { readHardLimits } from './limits.ts';
import { readLsms } from './lsm.ts';
import { type Machine, valueOr } from './machine.ts';
import { parseMountInfo } from './mounts.ts';
import { readPathFacts } from './paths.ts';
import { readStatus } from './status.ts';
import { readUserNamespaceRefusal } from './userns.ts';
import { readSubIds, readUser } from './users.ts';
import { architecture, kernelVersion } from './baseline.ts';
import { CAPABILITIES } from '../kernel/capabilities.gen.ts';

/** The paths the compiler wants to know about: a list, or what to ask once the other facts are known. */
export type Ask = readonly string[] | ((known: Omit<HostFacts, 'paths'>) => readonly string[]);

/** All facts. `baseline` says before whether this machine will do; on another architecture the facts are of no use. */
export function readHostFacts(machine: Machine, ask: Ask = []): HostFacts {
  const { uid, gid } = machine.ids;
  const mounts = parseMountInfo(valueOr(machine.readText('/proc/self/mountinfo'), ''));
  const status = readStatus(machine);
  const user = readUser(machine);
  const subuids = readSubIds(machine, '/etc/subuid', user.name);
  const newuidmap = findHelper(machine, mounts, 'newuidmap');
  const newgidmap = findHelper(machine, mounts, 'newgidmap');
  const subgids = readSubIds(machine, '/etc/subgid', user.name);
  const capable = ((status.capabilities.effective >> BigInt(CAPABILITIES.sys_admin)) & 1n) === 1n;
  const known = {
    arch: architecture(machine) ?? 'x86_64',
    kernel: kernelVersion(machine.ids.release),
    uid,
    gid,
    userName: user.name,
    ...status,
    userNamespaceRefusal: readUserNamespaceRefusal(machine, status.namespaces, capable),
    cgroups: readCgroups(machine, mounts, uid),
    cgroupControllers: readControllers(machine),
    ...readLsms(machine),
    apparmor: readApparmor(machine),
    subuids: subuids.ranges,
    subgids: subgids.ranges,
    subIdFaults: [...subuids.faults, ...subgids.faults],
    newuidmap: newuidmap.path,
    newgidmap: newgidmap.path,
    helperFaults: { newuidmap: newuidmap.fault, newgidmap: newgidmap.fault },
    rlimits: readHardLimits(machine),
    procChildren: 'value' in machine.stat('/proc/thread-self/children'),
    ...findDirectories(machine, user),
  } satisfies Omit<HostFacts, 'paths'>;
  return { ...known, paths: readPathFacts(machine, mounts, typeof ask === 'function' ? ask(known) : ask) };
}
