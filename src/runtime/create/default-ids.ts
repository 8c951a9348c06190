// The ids of a new container whose configuration does not say any.

import { noIdsReason } from '../../controls/idmap/index.ts';
import type { HostFacts } from '../../model/host.ts';

/** Lines of the configuration. One's own id is written down: ids that are granted later would own none of the files. */
export function defaultIdLines(host: HostFacts): readonly string[] {
  return noIdsReason(host) === null ? ['holdfast.idmap = auto'] : [`lxc.idmap = u 0 ${host.uid} 1`, `lxc.idmap = g 0 ${host.gid} 1`];
}
