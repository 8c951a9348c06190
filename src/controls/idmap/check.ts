// What can be wrong with an id map, said before anything is done: the kernel's own answer to all of it is EINVAL or EPERM.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import { type Origin, originText, type Setting } from '../../model/origin.ts';
import type { ContainerSpec, IdRange } from '../../model/spec.ts';
import { callerHas, mayWriteMaps } from '../namespaces/privilege.ts';
import { type IdKind, ID_KINDS, outsideId, plannedIdmap } from './effective.ts';
import { faultFindings, helperFindings } from './grants.ts';
import { LAST_ID, mapText, MAX_MAP_BYTES, MAX_RANGES, overlaps, rangeText } from './ranges.ts';
import { singleIdFindings } from './single-id.ts';
import { grantFile, kindName } from './words.ts';

type Map = readonly Setting<IdRange>[];

function lineOf({ kind, inside, outside, count }: IdRange): string {
  return `${kind} ${inside} ${outside} ${count}`;
}

function rangeFindings(map: Map): readonly Diagnostic[] {
  return map.flatMap(({ value, why }) => {
    const { kind, inside, outside, count } = value;
    const reason =
      count < 1
        ? 'it has no id'
        : Math.max(inside, outside) + count - 1 > LAST_ID
          ? `its last id is beyond ${LAST_ID}`
          : Math.min(inside, outside) < 0
            ? 'it begins below 0'
            : null;
    return reason === null ? [] : [diagnostic('HF323', { range: lineOf(value), kind: kindName(kind), reason }, why)];
  });
}

function overlapFindings(map: Map, kind: IdKind): readonly Diagnostic[] {
  const own = map.filter(({ value }) => value.kind === kind);
  const whyOf = (range: IdRange): Origin | undefined => own.find(({ value }) => value === range)?.why;
  return (['inside', 'outside'] as const).flatMap((side) =>
    overlaps(
      own.map(({ value }) => value),
      side,
    ).map(([one, other]) => {
      const first = rangeText(one[side], one.count);
      const second = rangeText(other[side], other.count);
      return diagnostic('HF320', { kind: kindName(kind), first, second, side }, whyOf(other));
    }),
  );
}

function sizeFindings(map: Map, kind: IdKind): readonly Diagnostic[] {
  const own = map.filter(({ value }) => value.kind === kind);
  const bytes = mapText(own.map(({ value }) => value)).length;
  const why = own[own.length - 1]?.why;
  if (own.length > MAX_RANGES) return [diagnostic('HF321', { count: String(own.length), kind: kindName(kind) }, why)];
  return bytes > MAX_MAP_BYTES ? [diagnostic('HF322', { kind: kindName(kind), bytes: String(bytes) }, why)] : [];
}

/** Both sides must be there, and the container's root in each: init becomes user 0 and group 0 before anything else. */
function rootFindings(map: Map, kind: IdKind): readonly Diagnostic[] {
  const own = map.filter(({ value }) => value.kind === kind);
  const first = map[0];
  if (own.length === 0 && first) {
    const [present, absent] = kind === 'g' ? ['user', 'group'] : ['group', 'user'];
    return [diagnostic('HF324', { present, absent, line: lineOf({ ...first.value, kind }) }, first.why)];
  }
  const mapped =
    outsideId(
      own.map(({ value }) => value),
      kind,
      0,
    ) !== null;
  return mapped ? [] : [diagnostic('HF325', { kind: kindName(kind), letter: kind }, own[0]?.why)];
}

/** Mapping the host's id 0 takes CAP_SETFCAP since Linux 5.12, and gives root's rights over the host's files. */
function hostRootFindings(map: Map, host: HostFacts): readonly Diagnostic[] {
  if (!mayWriteMaps(host)) return [];
  return map
    .filter(({ value }) => value.outside === 0 && value.count > 0)
    .map(({ value, why }) =>
      value.kind === 'u' && !callerHas(host, 'setfcap')
        ? diagnostic('HF328', { kind: kindName(value.kind) }, why)
        : diagnostic('HF329', { kind: kindName(value.kind), letter: value.kind }, why),
    );
}

/** Every finding about the container's id map. */
export function checkIdmap(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (spec.idmapAuto !== undefined && spec.idmap.length === 0) {
    return [diagnostic('HF383', { reason: 'none were given to it yet', remedy: `holdfast ids allocate ${spec.name}` }, spec.idmapAuto.why)];
  }
  const map = plannedIdmap(spec, host);
  if (map === null) return [];
  const shape = [...rangeFindings(map), ...ID_KINDS.flatMap((kind) => [...overlapFindings(map, kind), ...sizeFindings(map, kind), ...rootFindings(map, kind)])];
  const rights = ID_KINDS.flatMap((kind) =>
    helperFindings(
      map.filter(({ value }) => value.kind === kind),
      kind,
      host,
    ),
  );
  const told = new Set(rights.filter(({ code }) => code === 'HF381').map(({ span }) => span?.file));
  const faults = ID_KINDS.filter((kind) => !told.has(grantFile(kind))).flatMap((kind) => faultFindings(host, kind, 'HF380'));
  // Ids that were found have the reason of the line that asked for them.
  const auto = spec.idmapAuto;
  const idle = auto !== undefined && map.every(({ why }) => originText(why) !== originText(auto.why)) ? [diagnostic('HF382', {}, auto.why)] : [];
  return [...shape, ...rights, ...faults, ...idle, ...hostRootFindings(map, host), ...singleIdFindings(spec, host)];
}
