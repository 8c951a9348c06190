// What AppArmor says of itself and of its profiles, below /sys/kernel/security/apparmor.

import type { ApparmorFacts } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';

const FOLDER = '/sys/kernel/security/apparmor';

/** Null where AppArmor is not at work. Nothing is said of profiles yet: there may be hundreds, and they change (readModes). */
export function readApparmor(machine: Machine): ApparmorFacts | null {
  if (valueOr(machine.readText('/sys/module/apparmor/parameters/enabled'), '').trim() !== 'Y') return null;
  const own = valueOr(machine.readText('/proc/self/attr/apparmor/current'), 'unconfined').trim();
  return { own, modes: {}, mediatesMounts: 'value' in machine.stat(`${FOLDER}/features/mount/mask`) };
}

/** Files by their path below `features`, and what they say. */
export type Features = readonly (readonly [path: string, text: string])[];

/** Every file of `features` with its content, sorted: what the parser compiles for, and what a profile may be about. */
export function readFeatures(machine: Machine, folder = `${FOLDER}/features`): Features {
  return [...valueOr(machine.list(folder), [])].sort().flatMap((name): Features => {
    const path = `${folder}/${name}`;
    const found = machine.stat(path);
    if (!('value' in found)) return [];
    return found.value.kind === 'dir'
      ? readFeatures(machine, path)
      : [[path.slice(FOLDER.length + '/features/'.length), valueOr(machine.readText(path), '').trim()]];
  });
}

/** The same as apparmor_parser(8) takes them in one file: `NAME {CONTENT}` for a file as for a directory (/etc/apparmor.d/abi has some). */
export function featuresText(features: Features): string {
  const names = [...new Set(features.map(([path]) => path.split('/', 1)[0] ?? ''))];
  const inside = (name: string): string => {
    const text = features.find(([path]) => path === name)?.[1];
    const below = features.flatMap(([path, content]) => (path.startsWith(`${name}/`) ? [[path.slice(name.length + 1), content] as const] : []));
    return `${name} {${text ?? featuresText(below)}\n}\n`;
  };
  return names.map(inside).join('');
}

/** Rules of one word, and the feature of the kernel that each is about; parsers before apparmor 4 know none of them. */
const WORDS: Readonly<Record<string, string>> = { userns: 'namespaces/userns_create', mqueue: 'ipc/posix_mqueue', io_uring: 'io_uring/mask' };

/** What rules may be about, by this kernel and this parser. */
export function readDialect(machine: Machine, features: Features): NonNullable<ApparmorFacts['dialect']> {
  const byPath = new Map(features);
  const isNew = 'value' in machine.stat('/etc/apparmor.d/abi/4.0');
  return {
    capabilities: (byPath.get('caps/mask') ?? '').split(/\s+/).filter(Boolean),
    words: isNew ? Object.keys(WORDS).filter((word) => byPath.has(WORDS[word] ?? '')) : [],
  };
}

/** In which mode each of these profiles is loaded; null as a whole: the list is the administrator's alone. A line of it is `NAME (MODE)`. */
export function readModes(machine: Machine, names: readonly string[]): ApparmorFacts['modes'] {
  if (names.length === 0) return {};
  const list = machine.readText(`${FOLDER}/profiles`);
  if (!('value' in list)) return null;
  const loaded = new Map([...list.value.matchAll(/^(.*) \((\w+)\)$/gm)].map(([, name = '', mode = '']) => [name, mode]));
  return Object.fromEntries(names.map((name) => [name, loaded.get(name) ?? null]));
}
