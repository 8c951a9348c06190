// Which id map a container gets, asked for or not, and who writes it. Pure; the checks are in check.ts.

import type { HostFacts, SubIdRange } from '../../model/host.ts';
import type { Origin, Setting } from '../../model/origin.ts';
import type { ContainerSpec, IdRange } from '../../model/spec.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { mayWriteMaps } from '../namespaces/privilege.ts';

export type IdKind = IdRange['kind'];
export const ID_KINDS: readonly IdKind[] = ['u', 'g'];

/** Ids of a default map: as many as a system has without networked accounts, nobody (65534) included. */
const DEFAULT_COUNT = 65536;
/**
 * First host id of root's default map when nothing is granted to it in /etc/subuid: above what useradd(8) grants to users
 * (up to 600 100 000) and systemd gives to its own containers (up to 0x6fffffff), below 2^31: nobody else's ids.
 */
const DEFAULT_FIRST = 0x7000_0000;

const DEFAULT_WHY: Origin = { kind: 'default', text: "root of the container is nobody over the host's files" };
const ONE_ID_WHY: Origin = { kind: 'default', text: 'without ids granted to the caller only its own can be mapped' };

/** The caller's own id of a kind. */
export function ownId(host: HostFacts, kind: IdKind): number {
  return kind === 'u' ? host.uid : host.gid;
}

/** The ids granted to the caller in /etc/subuid or /etc/subgid, and the helper that may map them (newuidmap(1)). */
export function grants(host: HostFacts, kind: IdKind): { readonly ranges: readonly SubIdRange[]; readonly helper: string | null } {
  return kind === 'u' ? { ranges: host.subuids, helper: host.newuidmap } : { ranges: host.subgids, helper: host.newgidmap };
}

function range(kind: IdKind, outside: number, count: number): IdRange {
  return { kind, inside: 0, outside, count };
}

/** A high range for a caller who may write any map; null where it cannot be known to exist: inside another user namespace. */
function defaultForPrivileged(host: HostFacts, kind: IdKind): IdRange | null {
  const granted = grants(host, kind).ranges[0];
  if (granted) return range(kind, granted.first, Math.min(granted.count, DEFAULT_COUNT));
  return host.initialUserNamespace ? range(kind, DEFAULT_FIRST, DEFAULT_COUNT) : null;
}

function defaultForUser(host: HostFacts, kind: IdKind): IdRange | null {
  const { ranges, helper } = grants(host, kind);
  const granted = ranges[0];
  return granted && helper !== null ? range(kind, granted.first, Math.min(granted.count, DEFAULT_COUNT)) : null;
}

/** Both kinds from a range, or both the caller's own id: half a map of each sort would help nobody. */
function defaultMap(host: HostFacts): readonly Setting<IdRange>[] {
  const choose = mayWriteMaps(host) ? defaultForPrivileged : defaultForUser;
  const chosen = ID_KINDS.map((kind) => choose(host, kind));
  if (chosen.every((one) => one !== null)) return chosen.map((value) => ({ value, why: DEFAULT_WHY }));
  return ID_KINDS.map((kind) => ({ value: range(kind, ownId(host, kind), 1), why: ONE_ID_WHY }));
}

/** The map with the reason of every range, or null when the container has the caller's user namespace. */
export function plannedIdmap(spec: ContainerSpec, host: HostFacts): readonly Setting<IdRange>[] | null {
  if (!newNamespaces(spec, host).includes('user')) return null;
  return spec.idmap.length > 0 ? spec.idmap : defaultMap(host);
}

/** The id map the container gets, or null when it has the caller's user namespace. */
export function effectiveIdmap(spec: ContainerSpec, host: HostFacts): readonly IdRange[] | null {
  return plannedIdmap(spec, host)?.map(({ value }) => value) ?? null;
}

/** Is this map nothing but the caller's own id, which the kernel lets anybody write? */
export function isOwnIdOnly(ranges: readonly IdRange[], own: number): boolean {
  const [only, ...others] = ranges;
  return only !== undefined && others.length === 0 && only.count === 1 && only.outside === own;
}

/** Who writes the map of a kind: the monitor itself, or the setuid helper. */
export function writerOf(host: HostFacts, kind: IdKind, ranges: readonly IdRange[]): 'monitor' | 'helper' {
  return mayWriteMaps(host) || isOwnIdOnly(ranges, ownId(host, kind)) ? 'monitor' : 'helper';
}

/**
 * Is setgroups(2) denied in the new user namespace? It must be before an ordinary user maps the own group id: else groups
 * that take rights away could be dropped (user_namespaces(7), /proc/PID/setgroups). newgidmap allows it for granted ranges.
 */
export function hasGroupsDenied(spec: ContainerSpec, host: HostFacts): boolean {
  const map = effectiveIdmap(spec, host);
  if (map === null || mayWriteMaps(host)) return false;
  return isOwnIdOnly(
    map.filter(({ kind }) => kind === 'g'),
    host.gid,
  );
}

/** The host's id of an id inside, or null when it is not mapped. */
export function outsideId(map: readonly IdRange[] | null, kind: IdKind, inside: number): number | null {
  if (map === null) return inside;
  const holds = map.find((one) => one.kind === kind && inside >= one.inside && inside < one.inside + one.count);
  return holds ? holds.outside + (inside - holds.inside) : null;
}
