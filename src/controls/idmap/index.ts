// Id maps: root of the container is an ordinary id of the host (user_namespaces(7), lxc.idmap).

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, IdRange } from '../../model/spec.ts';
import { checkIdmap } from './check.ts';
import { ID_KINDS, plannedIdmap } from './effective.ts';
import { mapText } from './ranges.ts';
import { idmapSteps } from './steps.ts';
import { kindName, mapFile } from './words.ts';

export { effectiveIdmap, hasGroupsDenied, outsideId } from './effective.ts';
export { noIdsReason, singleIdFindings } from './single-id.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  return { steps: idmapSteps(spec, host), diagnostics: checkIdmap(spec, host) };
}

/** Up to five ranges are shown as they were written, more of them sorted by the id inside (UID_GID_MAP_MAX_BASE_EXTENTS). */
function shown(ranges: readonly IdRange[]): string {
  const inOrder = ranges.length > 5 ? [...ranges].sort((a, b) => a.inside - b.inside) : ranges;
  return mapText(inOrder).trim().replaceAll('\n', ' ');
}

function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  const map = plannedIdmap(spec, host) ?? [];
  return ID_KINDS.flatMap((kind) => {
    const own = map.filter(({ value }) => value.kind === kind);
    const why = own[0]?.why;
    if (why === undefined) return [];
    return [
      {
        what: `the ${kindName(kind)} id map is the one asked for`,
        why,
        path: `/proc/{pid}/${mapFile(kind)}`,
        expect: { kind: 'words', text: shown(own.map(({ value }) => value)) },
      } as const,
    ];
  });
}

export const idmap: Control = { name: 'idmap', compile, verify };
