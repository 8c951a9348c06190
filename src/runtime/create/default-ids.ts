// The ids of a new container whose configuration does not say any.

import { noIdsReason } from '../../controls/idmap/index.ts';
import type { HostFacts } from '../../model/host.ts';

/** Lines of the configuration. One's own id is written down: ids that are granted later would own none of the files. */
export function defaultIdLines(host: HostFacts): readonly string[] {
  return noIdsReason(host) === null ? ['holdfast.idmap = auto'] : ownIdLines(host);
}

/** Root of the container is the caller, and nobody else is in it. */
function ownIdLines({ uid, gid }: HostFacts): readonly string[] {
  return [`lxc.idmap = u 0 ${uid} 1`, `lxc.idmap = g 0 ${gid} 1`];
}

/** For a root file system that is there: what an ordinary user has unpacked belongs to the user, and so the container's root is the user. */
export function idLinesFor(host: HostFacts, owner: number): readonly string[] {
  return host.uid !== 0 && owner === host.uid ? ownIdLines(host) : [];
}
