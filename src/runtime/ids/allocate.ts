// holdfast ids allocate: gives a container ids and writes them into its configuration; release: the other way round.

import { readHostFacts } from '../../host/facts.ts';
import type { Machine } from '../../host/machine.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import { originText } from '../../model/origin.ts';
import type { RootSpec } from '../../model/spec.ts';
import { containerState } from '../containers.ts';
import { registeredFor } from '../registered.ts';
import { configPathOf, prepare, type Source } from '../source.ts';
import { defaultLxcpath } from '../system-settings.ts';
import { mapOf } from './container-claims.ts';
import { addMap, removeMap, says } from './edit-map.ts';
import { whileHolding } from './file-lock.ts';
import { giveIds } from './give.ts';
import { type GivenIds, LOCK_NAME, readRegister, writeRegister } from './register.ts';

export interface Allocated {
  readonly ids: GivenIds;
  /** Had it these before? */
  readonly fresh: boolean;
}

/** Where the configurations of other containers are. */
export const lxcpathsOf = (source: Source, machine: Machine): readonly string[] => [
  ...(source.lxcpath === undefined ? [] : [source.lxcpath]),
  defaultLxcpath(machine),
];

/** Throws `has-map` where its configuration maps ids already, `no-ids` where there are none. */
export function allocateIds(source: Source, size: number | undefined, machine: Machine): Allocated {
  const { spec, name, host, configPath } = prepare(source, machine);
  const config = configPath ?? configPathOf(source, machine);
  const request = { name, config, lxcpaths: lxcpathsOf(source, machine), ...(size === undefined ? {} : { size }) };
  const isAuto = spec?.idmapAuto !== undefined;
  const before = mapOf(machine, config);
  const gift = giveIds(machine, host, request, (ids) => {
    if (size !== undefined && ids.u.count !== size) {
      throw new HoldfastError(`${name} has ${ids.u.count} ids: to get another number, release them first`, { code: 'has-map', path: config });
    }
    const map = mapOf(machine, config);
    if (says(map, ids)) return;
    const [line] = map;
    if (line !== undefined) throw new HoldfastError(`${name} maps ids already: ${originText(line.why)}`, { code: 'has-map', path: config });
    if (!isAuto) addMap(machine, ids);
  });
  if (gift.kind === 'none') throw new HoldfastError(`${name} cannot be given ids of its own: ${gift.reason}; ${gift.remedy}`, { code: 'no-ids' });
  return { ids: gift.ids, fresh: gift.fresh || (before.length === 0 && !isAuto) };
}

export interface Released {
  readonly ids: GivenIds;
  /** The lines of lxc.idmap are gone; null: there were none, or the configuration itself is gone. */
  readonly linesRemoved: boolean | null;
}

/** Throws `not-allocated`, `running`, and `in-use` where the root file system belongs to these ids (unless `force`). */
export function releaseIds(source: Source, force: boolean, machine: Machine): Released {
  const host = readHostFacts(machine);
  return whileHolding(host.stateDir, LOCK_NAME, host.cacheDir, () => {
    const ids = registeredFor(readRegister(host.stateDir), source, machine, 'was given no ids by holdfast (holdfast ids shows who was)');
    if (containerState(host.runDir, ids.name).state !== 'stopped') throw new HoldfastError(`${ids.name} is running: stop it first`, { code: 'running' });
    const gone = 'errno' in machine.stat(ids.config);
    if (!force && !gone) refuseWhileOwned(machine, ids, prepare({ ...source, file: ids.config, name: ids.name }, machine).spec?.root);
    const linesRemoved = gone || mapOf(machine, ids.config).length === 0 ? null : removeMap(machine, ids);
    writeRegister(
      host.stateDir,
      readRegister(host.stateDir).filter(({ config }) => config !== ids.config),
    );
    return { ids, linesRemoved };
  });
}

/** Takes back what a container has that is gone, or never came to be. */
export function forgetIds({ stateDir, cacheDir }: HostFacts, config: string): void {
  if (!readRegister(stateDir).some((one) => one.config === config)) return;
  whileHolding(stateDir, LOCK_NAME, cacheDir, () => {
    writeRegister(
      stateDir,
      readRegister(stateDir).filter((one) => one.config !== config),
    );
  });
}

/** Whoever is given these ids next would own its files. */
function refuseWhileOwned(machine: Machine, { u }: GivenIds, root: RootSpec | undefined): void {
  const path = root?.kind === 'dir' ? root.path : root?.kind === 'overlay' ? root.upper : null;
  const found = path === null ? null : machine.stat(path);
  if (path === null || found === null || !('value' in found) || found.value.uid < u.first || found.value.uid >= u.first + u.count) return;
  throw new HoldfastError(
    `${path} belongs to user ${found.value.uid}, one of the ids to be released: the next container that gets them would own it; give its files to others first, or say --force`,
    { code: 'in-use', path },
  );
}
