// What can be wrong with the ids and groups asked for init.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { effectiveIdmap, hasGroupsDenied, outsideId } from '../idmap/effective.ts';

function unmapped(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const map = effectiveIdmap(spec, host);
  const { uid, gid, groups } = spec.init;
  const wanted: readonly (readonly [string, 'u' | 'g', Setting<number>])[] = [
    ['user', 'u', uid],
    ['group', 'g', gid],
    ...(groups?.value ?? []).map((value) => ['supplementary group', 'g', { value, why: groups?.why ?? gid.why }] as const),
  ];
  return wanted
    .filter(([, kind, { value }]) => outsideId(map, kind, value) === null)
    .map(([what, kind, { value, why }]) => diagnostic('HF350', { what, id: String(value), line: `${kind} ${value} HOSTID 1` }, why));
}

function groupFindings(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (!hasGroupsDenied(spec, host)) return [];
  const { groups } = spec.init;
  if (groups === null || groups.value.length === 0) return [diagnostic('HF352', { user: host.userName }, groups?.why)];
  return [diagnostic('HF351', { groups: groups.value.join(', ') }, groups.why)];
}

/** Every finding about init's credentials. */
export function checkCredentials(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const keyring = spec.keyring.value ? [] : [diagnostic('HF353', {}, spec.keyring.why)];
  return [...unmapped(spec, host), ...groupFindings(spec, host), ...keyring];
}
