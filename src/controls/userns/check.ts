// What can be wrong with holdfast.userns.max, and whether a container without it can undo what lxc.cap.drop took away.

import { decodeProgram } from '../../bpf/instruction.ts';
import { possibleCosts } from '../../bpf/outcomes.ts';
import { CAPABILITIES, type CapabilityName } from '../../kernel/capabilities.gen.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { syscallNumber } from '../../kernel/syscall-number.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { keptCapabilities } from '../capabilities/index.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { AUDIT_ARCH, compileFilter } from '../seccomp/index.ts';

/** Findings about the key itself. */
export function checkUserNamespaces(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const { usernsMax } = spec;
  if (usernsMax === undefined || usernsMax.value === 0) return [];
  const max = String(usernsMax.value);
  if (!newNamespaces(spec, host).includes('user')) return [diagnostic('HF374', { max }, usernsMax.why)];
  return keptCapabilities(spec, host).has(CAPABILITIES.sys_resource) ? [diagnostic('HF375', { max }, usernsMax.why)] : [];
}

/**
 * Those that open much of the kernel in a user namespace made inside: mounts, networks, packets. What the kernel asks for in
 * the initial user namespace (sys_module, sys_time) is not had again by one.
 */
const HAD_AGAIN: readonly CapabilityName[] = ['sys_admin', 'net_admin', 'net_raw'];

/**
 * A container that is held by its capabilities alone, and that has some of them again in a child user namespace. Nothing to
 * say where it has a user namespace of its own: its root has them there anyway, by intent.
 */
export function undoneDrops(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (spec.usernsMax?.value === 0 || newNamespaces(spec, host).includes('user') || !mayMakeUserNamespaces(spec, host)) return [];
  const kept = keptCapabilities(spec, host);
  const again = HAD_AGAIN.filter((name) => !kept.has(CAPABILITIES[name]));
  return again.length === 0 ? [] : [diagnostic('HF376', { names: again.join(', '), key: `lxc.cap.${spec.capabilities.mode}` }, spec.capabilities.why)];
}

/** Does the policy, where there is one, let clone, clone3 or unshare pass with CLONE_NEWUSER? */
function mayMakeUserNamespaces(spec: ContainerSpec, host: HostFacts): boolean {
  const { program } = compileFilter(spec, host);
  if (program === null) return true;
  const filter = decodeProgram(program);
  const passes = (name: string, ...args: readonly bigint[]): boolean => {
    const returns = possibleCosts(filter, { arch: CONSTANTS[AUDIT_ARCH[host.arch]], nr: syscallNumber(name, host.arch) ?? -1, args });
    return [...returns.keys()].some((value) => value === null || value === CONSTANTS.SECCOMP_RET_ALLOW || value === CONSTANTS.SECCOMP_RET_LOG);
  };
  const flags = BigInt(CONSTANTS.CLONE_NEWUSER);
  return passes('clone', flags) || passes('clone3') || passes('unshare', flags);
}
