// The profile of a container from its own configuration: what it mounts, its capabilities and namespaces, its nesting, its own rules.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, MountEntry } from '../../model/spec.ts';
import { keptCapabilities } from '../capabilities/index.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { generatedName } from './choose.ts';
import { type ProfileRequest, profileText } from './profile/text.ts';

const OWN = ['net', 'uts', 'ipc', 'cgroup', 'user'] as const;

/** What of the container's configuration is in /proc or /sys, and comes from elsewhere: its files are the mounted ones. */
function covers({ source, target, fstype, options }: MountEntry): boolean {
  const kernels = /^\/?(proc|sys)(\/|$)/;
  return (
    kernels.test(target) && !kernels.test(source) && !/^(proc|sysfs|cgroup2?|debugfs|tracefs|securityfs|efivarfs)$/.test(fstype) && !options.includes('ro')
  );
}

const mayBeReadOnly = ({ target, options }: MountEntry): boolean =>
  options.includes('ro') || (options.some((option) => option === 'bind' || option === 'rbind') && !/^\/?(proc|sys|dev)(\/|$)/.test(target));

/**
 * Is anything mounted read-only for the container that it could write otherwise? What the profile's rules for files close in /proc and /sys
 * does not count. What is bound from the host may be: a bind has the flags that its source is mounted with there.
 */
function hasReadOnly({ root, mounts, mountAuto }: ContainerSpec, ownGroups: boolean): boolean {
  const { sys, cgroup } = mountAuto;
  const groups = cgroup !== null && (cgroup.value.mode === 'ro' || (cgroup.value.mode !== 'rw' && !ownGroups));
  return root.kind === 'host' || root.readOnly || sys?.value === 'ro' || groups || mounts.some(mayBeReadOnly);
}

/** As it stands, in AppArmor's patterns. */
const literally = (path: string) => path.replace(/[\\*?[\]{}^"]/g, '\\$&');

function capabilitiesOf(spec: ContainerSpec, host: HostFacts): readonly string[] {
  const known = host.apparmor?.dialect?.capabilities ?? Object.keys(CAPABILITIES);
  const kept = keptCapabilities(spec, host);
  return Object.entries(CAPABILITIES)
    .filter(([name, number]) => kept.has(number) && known.includes(name))
    .map(([name]) => name);
}

/** What the profile is made of. */
function profileRequest(spec: ContainerSpec, host: HostFacts): ProfileRequest {
  const own = newNamespaces(spec, host);
  const nesting = spec.apparmor?.nesting.value ?? false;
  const name = generatedName(spec);
  return {
    name,
    capabilities: capabilitiesOf(spec, host),
    own: OWN.filter((namespace) => own.includes(namespace)),
    covered: spec.mounts.filter(covers).map(({ target }) => literally(`/${target}`)),
    readOnly: hasReadOnly(spec, own.includes('cgroup')),
    fuse: own.includes('user') || spec.mounts.some(({ target }) => /^\/?dev\/fuse$/.test(target)),
    nesting,
    namespace: nesting ? name : null,
    fileSystems: [],
    devpts: true,
    overlay: true,
    words: host.apparmor?.dialect?.words ?? [],
    raw: spec.apparmor?.raw.map(({ value }) => value) ?? [],
  };
}

/**
 * Do the rules forbid anything of networks and sockets? Of a network namespace of its own a profile allows all, unless a line of the
 * configuration is about them. Mediated none the less, a lock of a socket would be denied (Linux 6.1), for which the language has no word,
 * and with it what DynamicUser= of systemd begins with.
 */
export function restrictsNetworks(spec: ContainerSpec, host: HostFacts): boolean {
  return !newNamespaces(spec, host).includes('net') || (spec.apparmor?.raw ?? []).some(({ value }) => /\b(network|unix)\b/.test(value));
}

/** Its text. */
export const generatedText = (spec: ContainerSpec, host: HostFacts): string => profileText(profileRequest(spec, host));
