// Gives a container two categories of its own, once: what the register says stays. One at a time looks and writes.

import { resolve } from 'node:path';
import { choosePair, type Pair } from '../../controls/selinux/categories.ts';
import type { Machine } from '../../host/machine.ts';
import type { HostFacts } from '../../model/host.ts';
import { whileHolding } from '../ids/file-lock.ts';
import { containerCategories } from './claims.ts';
import { type GivenCategories, LOCK_NAME, readRegister, writeRegister } from './register.ts';

export interface CategoryRequest {
  readonly name: string;
  readonly config: string;
  /** Directories of containers whose configurations are looked at. */
  readonly lxcpaths: readonly string[];
  /** How many categories the policy has. */
  readonly count: number;
}

export type Gift = { readonly kind: 'given'; readonly pair: Pair; readonly fresh: boolean } | { readonly kind: 'none' };

/** What it has, or would be given now. Nothing is written, nobody is waited for. */
export function foreseeCategories(machine: Machine, host: HostFacts, request: CategoryRequest): Gift {
  const config = resolve(request.config);
  const known = readRegister(host.stateDir).find((one) => one.config === config);
  if (known !== undefined) return { kind: 'given', pair: known.categories, fresh: false };
  const claims = containerCategories(machine, host, request.lxcpaths).filter((one) => one.config !== config);
  const pair = choosePair(config, claims, request.count);
  return pair === null ? { kind: 'none' } : { kind: 'given', pair, fresh: true };
}

/** Gives and writes it down. One that has some already waits for nobody. */
export function giveCategories(machine: Machine, host: HostFacts, request: CategoryRequest): Gift {
  const before = foreseeCategories(machine, host, request);
  if (before.kind === 'given' && !before.fresh) return before;
  return whileHolding(host.stateDir, LOCK_NAME, host.cacheDir, () => {
    const gift = foreseeCategories(machine, host, request);
    if (gift.kind === 'none' || !gift.fresh) return gift;
    const entry: GivenCategories = { name: request.name, config: resolve(request.config), categories: gift.pair };
    writeRegister(host.stateDir, [...readRegister(host.stateDir), entry]);
    return gift;
  });
}
