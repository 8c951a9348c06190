// An ordinary user without other ids can map its own alone. Nobody but root can then be in the container, which is felt soon: it is said.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { mayWriteMaps } from '../namespaces/privilege.ts';
import { isOwnIdOnly, ownId, plannedIdmap } from './effective.ts';

/** Why the caller has no ids to give away; null: it has some. */
export function noIdsReason(host: HostFacts): string | null {
  if (mayWriteMaps(host)) return null;
  const { newuidmap, newgidmap } = host.helperFaults;
  if (host.newuidmap === null || host.newgidmap === null) return (newuidmap ?? newgidmap)?.reason ?? 'newuidmap and newgidmap are not there';
  return host.subuids.length === 0 || host.subgids.length === 0 ? 'no range is granted in /etc/subuid and /etc/subgid' : null;
}

/** One finding, where the user ids of the container are the caller's own. */
export function singleIdFindings(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const map = plannedIdmap(spec, host)?.filter(({ value }) => value.kind === 'u') ?? [];
  const isSingle = isOwnIdOnly(
    map.map(({ value }) => value),
    ownId(host, 'u'),
  );
  if (!isSingle || mayWriteMaps(host)) return [];
  return [diagnostic('HF330', { user: host.userName, reason: noIdsReason(host) ?? 'no more are mapped' }, map[0]?.why)];
}
