// AppArmor: the profile that init and all it starts are under, entered by the exec of init: apparmor(7), aa_change_onexec(2).

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { LabelEntry } from '../../model/label.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { isGenerated, namedProfile } from './choose.ts';
import { examine } from './examine.ts';
import { profileSteps } from './load.ts';
import { mountApiSteps } from './mount-api.ts';

export { generatedName, isGenerated, mayLoad, withProfile } from './choose.ts';
export { generatedText, restrictsNetworks } from './generated.ts';
export { SHIPPED_NAMES, shippedProfile } from './profile/shipped.ts';
export { mountApiSteps } from './mount-api.ts';

/** The profiles that the compiler wants to know about. */
export function profilesAsked(spec: ContainerSpec): readonly string[] {
  const named = namedProfile(spec);
  return named === null ? [] : [named.value];
}

/** The label that init enters; null: it keeps the caller's. */
export function apparmorLabel(spec: ContainerSpec, host: HostFacts): LabelEntry | null {
  return examine(spec, host).label;
}

/** Is there a profile that is this container's alone, loaded and removed with it? */
export function ownsProfile(spec: ContainerSpec, host: HostFacts): boolean {
  return isGenerated(spec) && apparmorLabel(spec, host) !== null;
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const { label, profile, diagnostics } = examine(spec, host);
  if (label === null || profile === null) return { steps: [], diagnostics };
  return { steps: [...profileSteps(profile, label.why), ...mountApiSteps(spec, host)], diagnostics };
}

/** The labels themselves are checked for all modules alike: controls/labels. */
function verify(): readonly Check[] {
  return [];
}

export const apparmor: Control = { name: 'apparmor', compile, verify };
