// The files of a container's root file system are given to its ids, while nobody can start it.

import { effectiveIdmap, noIdsReason } from '../../controls/idmap/index.ts';
import type { Machine } from '../../host/machine.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import { containerState } from '../containers.ts';
import { callersIds } from '../create/callers-ids.ts';
import { workOnFiles } from '../create/file-work.ts';
import { whileNobodyStarts } from '../name-lock.ts';
import { prepare, type Source } from '../source.ts';
import { type ShiftResult, shiftTree } from './shift.ts';

export interface ShiftOptions {
  readonly undo: boolean;
  /** Of root's alone. */
  readonly tell: (done: number, all: number) => void;
  /** Program and script of this command, which an ordinary user's shift calls again. */
  readonly self: readonly string[];
}

/** Throws where it cannot be done; what was done before that is continued by the next call, or taken back. */
export function shiftContainer(
  source: Source,
  { undo, tell, self }: ShiftOptions,
  machine: Machine,
): ShiftResult & { readonly name: string; readonly path: string } {
  const { spec, host, name, diagnostics } = prepare(source, machine, 'have', 'look');
  if (spec === null)
    throw new HoldfastError(
      diagnostics
        .filter(({ severity }) => severity === 'error')
        .map((one) => diagnosticText(one).message)
        .join('\n'),
      { code: 'bad-configuration' },
    );
  const { root } = spec;
  if (root.kind === 'host') throw refusal(name, 'it has no root file system of its own');
  if (root.kind === 'overlay')
    throw refusal(
      name,
      'the layers of an overlay may be shared: shift the directories they come from, or mount them with lxc.rootfs.options = idmap=container',
    );
  if (root.idmap !== undefined) throw refusal(name, `its root file system is mounted with an id map (idmap=), and so is to stay as it is`);
  const map = effectiveIdmap(spec, host);
  if (map === null || spec.idmap.length === 0) throw refusal(name, `its configuration maps no ids: holdfast ids allocate ${name}`);
  if (host.uid !== 0 && callersIds(host) === null) throw refusal(name, `${noIdsReason(host) ?? 'no ids are granted'} to ${host.userName} (holdfast doctor)`);
  if (containerState(host.runDir, name).state !== 'stopped') throw refusal(name, 'it is running: stop it first');
  return whileNobodyStarts(host, name, () => {
    const { stateDir, cacheDir } = host;
    if (host.uid !== 0) {
      const done = workOnFiles({ host, machine, self }, { do: 'shift', path: root.path, map, undo, stateDir, cacheDir });
      if (done === null) throw refusal(name, 'nobody tells what was done');
      return { name, path: root.path, ...done };
    }
    return { name, path: root.path, ...shiftTree({ path: root.path, map, undo, stateDir, cacheDir, tell }) };
  });
}

function refusal(name: string, reason: string): HoldfastError {
  return new HoldfastError(`the files of ${name} cannot be given to its ids: ${reason}`, { code: 'shift' });
}
