// What `holdfast caps` prints: the table of all capabilities, one of them at length, and what a running container has.

import { CAPABILITY_KNOWLEDGE, type CapabilityKnowledge } from '../knowledge.ts';
import { type CapabilitySets, namesIn, SETS } from '../state.ts';
import { CAPABILITIES, type CapabilityName } from '../../../kernel/capabilities.gen.ts';

const NAMES = Object.keys(CAPABILITIES) as readonly CapabilityName[];

const REACH: Readonly<Record<CapabilityKnowledge['reach'], string>> = { machine: 'the machine', others: 'others', container: 'the container' };
const SCOPE: Readonly<Record<CapabilityKnowledge['scope'], string>> = {
  initial: 'in the initial user namespace only',
  namespace: 'in the user namespace that owns the object',
  partly: 'for some operations in the initial user namespace only',
};

export interface CapabilityRow extends CapabilityKnowledge {
  readonly name: CapabilityName;
  readonly number: number;
}

/** Every capability that has a name here, by number. */
export function capabilityRows(names: readonly CapabilityName[] = NAMES): readonly CapabilityRow[] {
  return names.map((name) => ({ name, number: CAPABILITIES[name], ...CAPABILITY_KNOWLEDGE[name] }));
}

const WIDTH = Math.max(...NAMES.map((name) => name.length));

/** One line for each. */
export function capabilityTable(rows: readonly CapabilityRow[]): string {
  const heading = `${'NR'.padStart(2)}  ${'NAME'.padEnd(WIDTH)}  ${'MAPPED'.padEnd(6)}  ${'REACHES'.padEnd(13)}  ALLOWS`;
  const mapped = ({ scope }: CapabilityRow) => (scope === 'initial' ? 'none' : scope === 'partly' ? 'partly' : 'own');
  const lines = rows.map(
    (row) =>
      `${String(row.number).padStart(2)}  ${row.name.padEnd(WIDTH)}  ${mapped(row).padEnd(6)}  ${REACH[row.reach].padEnd(13)}  ${row.allows}${row.dropped === undefined ? '' : ' *'}`,
  );
  return [
    heading,
    ...lines,
    '',
    'MAPPED   what is left of it in a container with a user namespace of its own (lxc.idmap): nothing, a part, or all over its own objects',
    'REACHES  whom root of a container without one harms by it',
    "*        dropped by LXC's own configuration (common.conf)",
    '',
    'holdfast caps NAME tells all about one',
    '',
  ].join('\n');
}

/** One at length. */
export function capabilityArticle({ name, number, allows, scope, reach, privileged, mapped, dropped }: CapabilityRow): string {
  const facts: readonly (readonly [string, string])[] = [
    ['allows', allows],
    ['asked for', SCOPE[scope]],
    ['without a map', `${privileged}; reaches ${REACH[reach]}`],
    ['with lxc.idmap', mapped],
    ...(dropped === undefined ? [] : [['LXC drops it', dropped] as const]),
  ];
  return `CAP_${name.toUpperCase()} (${number})\n${facts.map(([about, text]) => `  ${about.padEnd(15)} ${text}\n`).join('')}`;
}

export interface ContainerCapabilities {
  readonly name: string;
  /** Init's process id on the host. */
  readonly init: number;
  readonly userNamespace: 'own' | "the host's";
  readonly sets: CapabilitySets;
  readonly noNewPrivs: boolean;
  /** By words of holdfast.securebits: as init read them back when it was started. */
  readonly secureBits: readonly string[];
}

/** The sets of a running container's init by name. `all`: how many capabilities the kernel has. */
export function containerReport({ name, init, userNamespace, sets, noNewPrivs, secureBits }: ContainerCapabilities, last: number): string {
  const full = (1n << BigInt(last + 1)) - 1n;
  const text = (mask: bigint): string => {
    const absent = namesIn(full & ~mask);
    if (mask === 0n) return 'none';
    if (absent.length === 0) return 'all';
    return absent.length < namesIn(mask).length ? `all but ${absent.join(' ')}` : namesIn(mask).join(' ');
  };
  const lines: readonly (readonly [string, string])[] = [
    ...SETS.map((set) => [set, text(sets[set])] as const),
    ['user namespace', userNamespace],
    ['no_new_privs', noNewPrivs ? 'set' : 'not set'],
    ['secure bits', secureBits.length === 0 ? 'none' : secureBits.join(' ')],
  ];
  return `${name}: init is process ${init}\n${lines.map(([about, value]) => `  ${about.padEnd(15)} ${value}\n`).join('')}`;
}

/** The same for programs: sets as lists of names. */
export function containerJson(found: ContainerCapabilities) {
  const sets = Object.fromEntries(SETS.map((set) => [set, namesIn(found.sets[set])]));
  return { ...found, sets };
}
