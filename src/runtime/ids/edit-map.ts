// The lines of lxc.idmap that say which ids a container was given, in its configuration.

import { editConfig } from '../../config/index.ts';
import { hostFiles } from '../../host/files.ts';
import type { Machine } from '../../host/machine.ts';
import { type Diagnostic, diagnosticText, hasErrors } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { Setting } from '../../model/origin.ts';
import type { IdRange } from '../../model/spec.ts';
import { editFile } from '../edit-file.ts';
import { mapOf } from './container-claims.ts';
import type { GivenIds } from './register.ts';

/** Do these lines say exactly this? */
export function says(map: readonly Setting<IdRange>[], ids: GivenIds): boolean {
  const isOf = ({ value: { kind, inside, outside, count } }: Setting<IdRange>) => inside === 0 && outside === ids[kind].first && count === ids[kind].count;
  return map.length === 2 && map[0]?.value.kind !== map[1]?.value.kind && map.every(isOf);
}

/** Adds one line for each kind, both or neither. */
export function addMap(machine: Machine, { config, u, g }: GivenIds): void {
  editFile(config, (text) => {
    let edited = text;
    for (const [kind, { first, count }] of [
      ['u', u],
      ['g', g],
    ] as const) {
      edited = apply(machine, config, edited, { kind: 'set', key: 'lxc.idmap', value: `${kind} 0 ${first} ${count}`, append: true });
    }
    return edited;
  });
}

/** Takes the lines out again. False: they say something else by now, or stand in another file, and stay. */
export function removeMap(machine: Machine, ids: GivenIds): boolean {
  const map = mapOf(machine, ids.config);
  if (!says(map, ids) || map.some(({ why }) => why.kind !== 'config' || why.span.file !== ids.config)) return false;
  return editFile(ids.config, (text) => apply(machine, ids.config, text, { kind: 'unset', key: 'lxc.idmap', clear: false }));
}

function apply(machine: Machine, config: string, text: string, edit: Parameters<typeof editConfig>[3]): string {
  const edited = editConfig(hostFiles(machine), config, text, edit);
  if (edited.text !== null && !hasErrors(edited.diagnostics)) return edited.text;
  throw new HoldfastError(`${config} is not changed: ${reasons(edited.diagnostics)}`, { code: 'cannot-write', path: config });
}

function reasons(found: readonly Diagnostic[]): string {
  return found.map((one) => diagnosticText(one).message).join('; ');
}
