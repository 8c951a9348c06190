// The security labels of a container, of every module that gives one.

import { apparmorLabel } from '../controls/apparmor/index.ts';
import type { HostFacts } from '../model/host.ts';
import type { LabelEntry } from '../model/label.ts';
import type { ContainerSpec } from '../model/spec.ts';

/** In the order in which they are entered. */
export function labelEntries(spec: ContainerSpec, host: HostFacts): readonly LabelEntry[] {
  const label = apparmorLabel(spec, host);
  return label === null ? [] : [label];
}
