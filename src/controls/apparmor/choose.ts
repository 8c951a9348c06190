// Which profile a container has: the one its configuration names, or where it names none, what LXC's default is for.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';

/** Values that name no profile. */
const WORDS = ['unconfined', 'unchanged', 'generated'];

/** May the caller load profiles? That is about the whole machine. */
export function mayLoad({ capabilities, initialUserNamespace }: HostFacts): boolean {
  return initialUserNamespace && ((capabilities.effective >> BigInt(CAPABILITIES.mac_admin)) & 1n) === 1n;
}

/**
 * Silence is no consent to go without where AppArmor is on: the container gets a profile of its own, or, of a caller who may load none, the
 * one that LXC gives by default. The embedded container is Holdfast's own choice, which is Landlock.
 */
function byDefault(spec: ContainerSpec, host: HostFacts): Setting<string> | null {
  if (host.apparmor === null || spec.root.kind === 'host') return null;
  const value = mayLoad(host) ? 'generated' : 'lxc-container-default-cgns';
  return { value, why: { kind: 'default', text: 'confined where AppArmor is on' } };
}

const SILENT = { kind: 'default', text: 'no line says it' } as const;

/** The same container, with its profile said. */
export function withProfile(spec: ContainerSpec, host: HostFacts): ContainerSpec {
  if (spec.apparmor !== undefined && spec.apparmor.profile !== null) return spec;
  const profile = byDefault(spec, host);
  if (profile === null) return spec;
  const rest = spec.apparmor ?? { allowIncomplete: { value: false, why: SILENT }, nesting: { value: false, why: SILENT }, raw: [] };
  return { ...spec, apparmor: { ...rest, profile } };
}

/** The profile that is named, if one is. */
export function namedProfile({ apparmor }: ContainerSpec): Setting<string> | null {
  const profile = apparmor?.profile ?? null;
  return profile === null || WORDS.includes(profile.value) ? null : profile;
}

export const isGenerated = ({ apparmor }: ContainerSpec): boolean => apparmor?.profile?.value === 'generated';

/** Kernels and their AppArmor know containers by this name. */
export const generatedName = ({ name }: Pick<ContainerSpec, 'name'>): string => `holdfast-${name}`;
