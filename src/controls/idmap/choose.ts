// Which ids a container is given: from those granted to the caller, or for root from the pool; never any that somebody else has.

import type { HostFacts, SubIdRange } from '../../model/host.ts';
import type { IdClaim } from '../../model/id-claim.ts';
import { mayWriteMaps } from '../namespaces/privilege.ts';
import { grants, ID_KINDS, type IdKind } from './effective.ts';
import { common, firstFree, largestFree, POOL } from './free.ts';

/** What users are granted by useradd(8) lies here (login.defs(5), SUB_UID_MIN and SUB_UID_MAX): where to propose further ranges. */
const GRANTED_SPACE: SubIdRange = { first: 100_000, count: 600_000_001 };

export type Choice =
  | { readonly kind: 'chosen'; readonly u: SubIdRange; readonly g: SubIdRange }
  | { readonly kind: 'none'; readonly reason: string; readonly remedy: string };

/** The ranges the caller may take a container's ids from. */
export function sources(host: HostFacts, kind: IdKind): readonly SubIdRange[] {
  const granted = grants(host, kind).ranges;
  return mayWriteMaps(host) && host.initialUserNamespace ? [...granted, POOL] : granted;
}

/** What of them is somebody's already: not the caller's own grants, but a container of the caller, another user, an account. */
export function takenFrom(host: HostFacts, claims: readonly IdClaim[], kind: IdKind): readonly SubIdRange[] {
  return claims.filter((one) => one.kind === kind && !(one.owner.what === 'user' && one.owner.name === host.userName));
}

/** `size` user ids and as many group ids: the same numbers where that can be. */
export function chooseIds(host: HostFacts, claims: readonly IdClaim[], size: number): Choice {
  const within = { u: sources(host, 'u'), g: sources(host, 'g') };
  const taken = { u: takenFrom(host, claims, 'u'), g: takenFrom(host, claims, 'g') };
  const same = firstFree(common(within.u, within.g), [...taken.u, ...taken.g], size);
  const u = same ?? firstFree(within.u, taken.u, size);
  const g = same ?? firstFree(within.g, taken.g, size);
  if (u !== null && g !== null) return { kind: 'chosen', u: { first: u, count: size }, g: { first: g, count: size } };
  const most = Math.min(...ID_KINDS.map((kind) => largestFree(within[kind], taken[kind])));
  return { kind: 'none', reason: reasonOf(host, size, most), remedy: remedyOf(host, claims, size, most) };
}

function reasonOf(host: HostFacts, size: number, most: number): string {
  const [noUser, noGroup] = ID_KINDS.map((kind) => sources(host, kind).length === 0);
  if (noUser === true || noGroup === true) {
    const files = [...(noUser === true ? ['/etc/subuid'] : []), ...(noGroup === true ? ['/etc/subgid'] : [])];
    return `${files.join(' and ')} grant${files.length === 1 ? 's' : ''} ${host.userName} nothing`;
  }
  return `of the ids ${host.userName} may give away, ${most === 0 ? 'none is' : `at most ${most} in a row are`} free, and ${size} are wanted`;
}

/** The command that gets as many as are wanted. */
function remedyOf(host: HostFacts, claims: readonly IdClaim[], size: number, most: number): string {
  const fewer = most > 0 ? `; or ask for fewer: --size ${most}` : '';
  const first = firstFree([GRANTED_SPACE], claims, size);
  if (first === null) return `ask for fewer ids${most > 0 ? `: --size ${most}` : ''}`;
  const range = `${first}-${first + size - 1}`;
  return `as root: usermod --add-subuids ${range} --add-subgids ${range} ${host.userName}${fewer}`;
}
