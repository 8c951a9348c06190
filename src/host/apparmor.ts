// What AppArmor says of itself and of its profiles, below /sys/kernel/security/apparmor.

import type { ApparmorFacts } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';

const FOLDER = '/sys/kernel/security/apparmor';

/** Null where AppArmor is not at work. `names`: the profiles to tell about; of others there may be hundreds, and they change. */
export function readApparmor(machine: Machine, names: readonly string[]): ApparmorFacts | null {
  if (valueOr(machine.readText('/sys/module/apparmor/parameters/enabled'), '').trim() !== 'Y') return null;
  const own = valueOr(machine.readText('/proc/self/attr/apparmor/current'), 'unconfined').trim();
  const modes = names.length === 0 ? {} : modesOf(machine, names);
  return { own, modes, mediatesMounts: 'value' in machine.stat(`${FOLDER}/features/mount/mask`) };
}

/** A line of `profiles` is `NAME (MODE)`; the file is the administrator's alone. */
function modesOf(machine: Machine, names: readonly string[]): ApparmorFacts['modes'] {
  const list = machine.readText(`${FOLDER}/profiles`);
  if (!('value' in list)) return null;
  const loaded = new Map([...list.value.matchAll(/^(.*) \((\w+)\)$/gm)].map(([, name = '', mode = '']) => [name, mode]));
  return Object.fromEntries(names.map((name) => [name, loaded.get(name) ?? null]));
}
