// `holdfast.idmap = auto`: puts the ids that the register has for this container into its specification.

import type { Machine } from '../../host/machine.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { HoldfastError } from '../../model/error.ts';
import { foreseeIds, giveIds, type Gift } from './give.ts';
import type { GivenIds } from './register.ts';

/** `look`: show those it would get. `take`: give it some, for good. `have`: an error where it has none yet. */
export type IdUse = 'look' | 'take' | 'have';

export interface Resolved {
  readonly spec: ContainerSpec;
  readonly diagnostics: readonly Diagnostic[];
}

/** The specification with a map, or with an error. Nothing happens where nobody asked for it. */
export function resolveAuto(machine: Machine, host: HostFacts, spec: ContainerSpec, config: string | null, lxcpaths: readonly string[], use: IdUse): Resolved {
  const { idmapAuto } = spec;
  if (idmapAuto === undefined || spec.idmap.length > 0) return { spec, diagnostics: [] };
  const { why } = idmapAuto;
  const failed = (reason: string, remedy: string): Resolved => ({ spec, diagnostics: [diagnostic('HF383', { reason, remedy }, why)] });
  if (config === null) return failed('it has no configuration to remember them by', 'write one, and name it (-f FILE, or NAME)');
  let gift: Gift;
  try {
    const request = { name: spec.name, config, lxcpaths };
    gift = use === 'take' ? giveIds(machine, host, request) : foreseeIds(machine, host, request);
  } catch (cause) {
    if (cause instanceof HoldfastError) return failed(cause.message, '');
    throw cause;
  }
  if (gift.kind === 'none') return failed(gift.reason, gift.remedy);
  if (gift.fresh && use === 'have') return failed('none were given to it yet', `holdfast ids allocate ${spec.name}`);
  const idmap = (['u', 'g'] as const).map((kind) => ({ value: { kind, inside: 0, outside: gift.ids[kind].first, count: gift.ids[kind].count }, why }));
  const told = gift.fresh && use === 'look' ? [diagnostic('HF384', { ids: givenText(gift.ids), name: spec.name }, why)] : [];
  return { spec: { ...spec, idmap }, diagnostics: told };
}

/** `1879113728-1879179263`, or both kinds where they differ. */
export function givenText({ u, g }: GivenIds): string {
  const range = ({ first, count }: GivenIds['u']) => `${first}-${first + count - 1}`;
  return u.first === g.first ? range(u) : `${range(u)} (users) and ${range(g)} (groups)`;
}
