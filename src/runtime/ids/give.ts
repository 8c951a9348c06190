// Gives a container ids of its own, once: what the register says stays. The next one sees it, because one at a time looks and writes.

import { resolve } from 'node:path';
import { chooseIds } from '../../controls/idmap/choose.ts';
import { WHOLE_SYSTEM } from '../../controls/idmap/free.ts';
import type { Machine } from '../../host/machine.ts';
import type { HostFacts } from '../../model/host.ts';
import { allClaims, type ContainerClaim } from './container-claims.ts';
import { whileHolding } from './file-lock.ts';
import { type GivenIds, LOCK_NAME, readRegister, writeRegister } from './register.ts';

export interface IdRequest {
  readonly name: string;
  readonly config: string;
  /** Directories of containers whose configurations are looked at. */
  readonly lxcpaths: readonly string[];
  readonly size?: number;
}

export type Gift =
  | { readonly kind: 'given'; readonly ids: GivenIds; readonly fresh: boolean }
  | { readonly kind: 'none'; readonly reason: string; readonly remedy: string };

/** What it has, or would be given now. Nothing is written, nobody is waited for. */
export function foreseeIds(machine: Machine, host: HostFacts, request: IdRequest): Gift {
  const config = resolve(request.config);
  const known = readRegister(host.stateDir).find((one) => one.config === config);
  if (known !== undefined) return { kind: 'given', ids: known, fresh: false };
  const claims = allClaims(machine, host, request.lxcpaths).filter((one) => (one as Partial<ContainerClaim>).config !== config);
  const choice = chooseIds(host, claims, request.size ?? WHOLE_SYSTEM);
  return choice.kind === 'none' ? choice : { kind: 'given', ids: { name: request.name, config, u: choice.u, g: choice.g }, fresh: true };
}

/** Gives and writes it down. `then` is called while nobody else gives any, and what it throws takes the gift back. */
export function giveIds(machine: Machine, host: HostFacts, request: IdRequest, then: (ids: GivenIds) => void = () => {}): Gift {
  return whileHolding(host.stateDir, LOCK_NAME, host.cacheDir, () => {
    const gift = foreseeIds(machine, host, request);
    if (gift.kind === 'none') return gift;
    const before = readRegister(host.stateDir);
    if (gift.fresh) writeRegister(host.stateDir, [...before, gift.ids]);
    try {
      then(gift.ids);
    } catch (cause) {
      if (gift.fresh) writeRegister(host.stateDir, before);
      throw cause;
    }
    return gift;
  });
}
