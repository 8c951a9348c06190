// What the mounts depend on besides what was asked for: the namespaces that are new, capabilities, id maps.

import { capabilityNumber } from '../../kernel/capability-number.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, Namespace } from '../../model/spec.ts';
import { effectiveIdmap, outsideId } from '../idmap/effective.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { callerHas } from '../namespaces/privilege.ts';

/** The group that terminals belong to, so that write(1) and wall(1) reach them. */
export const TTY_GROUP = 5;

export interface Situation {
  readonly own: ReadonlySet<Namespace>;
  /** May init make device nodes? Not in a new user namespace (mknod(2)), nor in one the caller is in already. */
  readonly makesNodes: boolean;
  /** Is group 5, to which terminals belong, a group of the container? */
  readonly hasTtyGroup: boolean;
  /** Do entries ask that mounts made on the host later appear inside? */
  readonly follows: boolean;
}

const FOLLOWING: ReadonlySet<string> = new Set(['slave', 'rslave', 'shared', 'rshared']);

/** Does this entry stay connected to the host, so that what is mounted there later appears here too (mount_namespaces(7))? */
export function followsHost(options: readonly string[]): boolean {
  return options.some((word) => FOLLOWING.has(word));
}

export function situation(spec: ContainerSpec, host: HostFacts): Situation {
  const own = new Set(newNamespaces(spec, host));
  return {
    own,
    hasTtyGroup: outsideId(effectiveIdmap(spec, host), 'g', TTY_GROUP) !== null,
    makesNodes: !own.has('user') && host.initialUserNamespace && callerHas(host, 'mknod'),
    follows: spec.mounts.some(({ options }) => followsHost(options)),
  };
}

/** Does the container keep this capability (capabilities(7), by name without `cap_`)? */
export function keepsCapability(spec: ContainerSpec, name: string): boolean {
  const number = capabilityNumber(name);
  const listed = spec.capabilities.names.some(({ value }) => capabilityNumber(value) === number);
  return spec.capabilities.mode === 'keep' ? listed : !listed;
}
