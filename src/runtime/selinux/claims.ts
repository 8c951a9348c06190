// Which SELinux categories the containers of this caller have: by lines of their configurations, by the register, and by what runs.

import { join } from 'node:path';
import { effective, readConfig } from '../../config/index.ts';
import type { CategoryClaim } from '../../controls/selinux/categories.ts';
import { parseContext } from '../../controls/selinux/context.ts';
import { hostFiles } from '../../host/files.ts';
import type { Machine } from '../../host/machine.ts';
import type { HostFacts } from '../../model/host.ts';
import { originText } from '../../model/origin.ts';
import { definedContainers, runningContainers } from '../containers.ts';
import { claimOf, readRegister } from './register.ts';

export interface ContainerCategories extends CategoryClaim {
  /** Absolute path of its configuration; null: it runs, and has none. */
  readonly config: string | null;
}

/** The categories of a context's high level; null for what is none. */
export function categoriesOf(context: string): readonly number[] | null {
  const parsed = parseContext(context);
  return parsed.kind === 'fault' ? null : (parsed.context.range?.high.categories ?? []);
}

function fromContext(context: string, claim: Omit<ContainerCategories, 'categories'>): readonly ContainerCategories[] {
  const categories = categoriesOf(context);
  return categories === null ? [] : [{ ...claim, categories }];
}

function fromConfig(machine: Machine, name: string, config: string): readonly ContainerCategories[] {
  const { settings } = readConfig(hostFiles(machine), config, { overrides: [] });
  const lines = effective(settings).filter(({ key, parsed }) => key === 'lxc.selinux.context' && parsed.kind === 'text');
  return lines.flatMap(({ parsed, why }) => (parsed.kind === 'text' ? fromContext(parsed.value, { owner: name, source: originText(why), config }) : []));
}

/** Of every container in these directories, in the register, or running; each once for its configuration. */
export function containerCategories(machine: Machine, host: HostFacts, lxcpaths: readonly string[]): readonly ContainerCategories[] {
  const configs = [...new Set(lxcpaths)].flatMap((lxcpath) => definedContainers(lxcpath).map((name) => ({ name, config: join(lxcpath, name, 'config') })));
  const defined = configs.flatMap(({ name, config }) => fromConfig(machine, name, config));
  const registered = readRegister(host.stateDir).map((entry) => claimOf(entry, host.stateDir));
  const running = [...runningContainers(host.runDir)].flatMap(([name, state]) => {
    const context = state.state === 'running' ? state.record.labels.find(({ module }) => module === 'SELinux')?.exec?.text : undefined;
    return state.state !== 'running' || context === undefined ? [] : fromContext(context, { owner: name, source: 'it runs', config: state.record.config });
  });
  const seen = new Set<string>();
  return [...defined, ...registered, ...running].filter(({ config, owner, categories }) => {
    const key = JSON.stringify([config ?? owner, categories]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
