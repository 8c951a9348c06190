// holdfast destroy: a stopped container's directory is removed, and its ids are given back.

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { effective, readConfig } from '../../config/index.ts';
import { readHostFacts } from '../../host/facts.ts';
import { hostFiles } from '../../host/files.ts';
import type { Machine } from '../../host/machine.ts';
import { parseMountInfo } from '../../host/mounts.ts';
import { HoldfastError } from '../../model/error.ts';
import { containerState } from '../containers.ts';
import { forgetIds } from '../ids/allocate.ts';
import { forgetLabels } from '../selinux/label-journal.ts';
import { forgetCategories } from '../selinux/release.ts';
import { whileNobodyStarts } from '../name-lock.ts';
import { checkName } from '../source.ts';
import { systemSettings } from '../system-settings.ts';
import { type FileWorker } from './file-work.ts';
import { clearPlace, isUnfinished, placeOf, unfinishPlace } from './place.ts';

export interface Destroyed {
  readonly name: string;
  readonly directory: string;
  /** A root file system that stays, because it lies elsewhere. */
  readonly kept: string | null;
}

/** Throws `no-such-container`, `running`, `mounted`, and `files` where something cannot be removed: the next call goes on. */
export function destroyContainer(
  { name: word, lxcpath }: { readonly name: string; readonly lxcpath?: string | undefined },
  machine: Machine,
  self: readonly string[],
): Destroyed {
  const name = checkName(word);
  const host = readHostFacts(machine);
  const directories = lxcpath ?? systemSettings(machine).lxcpath;
  if (!isAbsolute(directories)) throw new HoldfastError(`${directories}: write the directory of containers from / on`, { code: 'usage' });
  const place = placeOf(directories, name);
  const worker: FileWorker = { host, machine, self };
  const require = (): void => {
    if (existsSync(place.config) || isUnfinished(place)) return;
    throw new HoldfastError(`there is no container ${name} in ${directories}`, { code: 'no-such-container', path: place.config });
  };
  require();
  const { state } = containerState(host.runDir, name);
  if (state !== 'stopped') throw new HoldfastError(`${name} is ${state}: stop it first`, { code: 'running' });
  return whileNobodyStarts(host, name, () => {
    require();
    refuseMounted(place.directory);
    const root = rootOf(machine, place.config);
    const inside = root === null || root.path.startsWith(`${place.directory}/`);
    if (inside && root !== null && !root.managed) {
      throw new HoldfastError(`${root.path} is not to be removed (lxc.rootfs.managed = 0), and lies in ${place.directory}: move it first`, {
        code: 'kept',
        path: root.path,
      });
    }
    // By the path that it has as long as it is there.
    const labelled = inside && root !== null && existsSync(root.path) ? realpathSync(root.path) : null;
    unfinishPlace(place);
    clearPlace(worker, place);
    forgetIds(host, place.config);
    forgetCategories(host, place.config);
    if (labelled !== null) forgetLabels(host.stateDir, labelled);
    return { name, directory: place.directory, kept: inside ? null : root.path };
  });
}

/** Where its root file system is on the host; null: it has none, or nobody can say any more. */
function rootOf(machine: Machine, config: string): { readonly path: string; readonly managed: boolean } | null {
  const settings = effective(readConfig(hostFiles(machine), config, { overrides: [] }).settings);
  const path = settings.findLast(({ entry, parsed }) => entry.name === 'lxc.rootfs.path' && parsed.kind !== 'empty')?.text;
  const managed = settings.findLast(({ entry }) => entry.name === 'lxc.rootfs.managed')?.parsed;
  if (path === undefined) return null;
  // Of an overlay the layer that is written to; the others may be shared.
  return {
    path:
      path
        .replace(/^[a-z]+:/, '')
        .split(':')
        .at(-1) ?? '',
    managed: !(managed?.kind === 'boolean' && !managed.value),
  };
}

function refuseMounted(directory: string): void {
  const below = parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8')).find(
    ({ mountPoint }) => mountPoint === directory || mountPoint.startsWith(join(directory, '/')),
  );
  if (below !== undefined) throw new HoldfastError(`${below.mountPoint} is mounted: unmount it first`, { code: 'mounted', path: below.mountPoint });
}
