// Which ids the containers of this caller have: by the lines of their configurations, by the register, and by what runs.

import { join } from 'node:path';
import { effective, readConfig } from '../../config/index.ts';
import { hostFiles } from '../../host/files.ts';
import { systemClaims } from '../../host/id-claims.ts';
import type { Machine } from '../../host/machine.ts';
import type { HostFacts } from '../../model/host.ts';
import type { IdClaim } from '../../model/id-claim.ts';
import { originText, type Setting } from '../../model/origin.ts';
import type { IdRange } from '../../model/spec.ts';
import { definedContainers, runningContainers } from '../containers.ts';
import { claimsOf, readRegister } from './register.ts';

export interface ContainerClaim extends IdClaim {
  /** Absolute path of its configuration; null: it runs, and has none. */
  readonly config: string | null;
}

function fromMap(map: readonly Setting<IdRange>[], name: string, config: string | null): readonly ContainerClaim[] {
  return map.map(({ value, why }) => ({
    kind: value.kind,
    first: value.outside,
    count: value.count,
    owner: { what: 'container', name },
    source: originText(why),
    config,
  }));
}

/** The lines of lxc.idmap that hold in a configuration. */
export function mapOf(machine: Machine, config: string): readonly Setting<IdRange>[] {
  const { settings } = readConfig(hostFiles(machine), config, { overrides: [] });
  return effective(settings).flatMap(({ parsed, why }) => (parsed.kind === 'idmap' ? parsed.ranges.map((value) => ({ value, why })) : []));
}

/** Of every container in these directories, in the register, or running; each range once. */
export function containerClaims(machine: Machine, host: HostFacts, lxcpaths: readonly string[]): readonly ContainerClaim[] {
  const configs = [...new Set(lxcpaths)].flatMap((lxcpath) => definedContainers(lxcpath).map((name) => ({ name, config: join(lxcpath, name, 'config') })));
  const defined = configs.flatMap(({ name, config }) => fromMap(mapOf(machine, config), name, config));
  const registered = readRegister(host.stateDir).flatMap((entry) => claimsOf(entry, host.stateDir).map((claim) => ({ ...claim, config: entry.config })));
  const running = [...runningContainers(host.runDir)].flatMap(([name, state]) =>
    state.state === 'running' ? fromMap(state.record.spec.idmap, name, state.record.config) : [],
  );
  const seen = new Set<string>();
  return [...defined, ...registered, ...running].filter(({ kind, first, count, config, owner }) => {
    const key = JSON.stringify([kind, first, count, config ?? owner.name]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Everything that is known to be somebody's. */
export function allClaims(machine: Machine, host: HostFacts, lxcpaths: readonly string[]): readonly (IdClaim | ContainerClaim)[] {
  return [...systemClaims(machine), ...containerClaims(machine, host, lxcpaths)];
}
