// The architectures that a filter can be asked about, by the names of a policy's sections: `x86`, `arm64`.

import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { syscallNumber } from '../../../kernel/syscall-number.ts';
import { callName, callNames } from '../calls.ts';
import { AUDIT_ARCH, CONVENTIONS } from '../policy.ts';
import { sectionNamed, usualName } from '../sections.ts';

/** A calling convention. */
export type Arch = keyof typeof AUDIT_ARCH;
/** A machine, by the convention that is its own. */
export type Native = keyof typeof CONVENTIONS;

/** LXC's names and the usual ones (`i386`, `aarch64`); null for none. */
export function archNamed(name: string): Arch | null {
  const section = sectionNamed(name) ?? sectionNamed(usualName(name) ?? '');
  return section?.kind === 'arch' ? section.arch : null;
}

/** The machine on which calls arrive by this convention: `here` where it is one, otherwise the first that has it. */
export function machineOf(arch: Arch, here: Native): Native {
  const machines = [here, ...(Object.keys(CONVENTIONS) as Native[])];
  return machines.find((machine) => CONVENTIONS[machine].includes(arch)) ?? here;
}

/** The numbers of all calls that the convention has, by name. */
export function callsOf(arch: Arch): ReadonlyMap<string, number> {
  const found = known.get(arch) ?? new Map([...callNames()].flatMap((name) => numbered(name, arch)));
  known.set(arch, found);
  return found;
}

const known = new Map<Arch, ReadonlyMap<string, number>>();

function numbered(name: string, arch: Arch): readonly (readonly [string, number])[] {
  const number = syscallNumber(name, arch);
  return number === undefined ? [] : [[name, number]];
}

/** AUDIT_ARCH_* of the machine's own calls. */
export function nativeAudit({ machine }: { readonly machine: Native }): number {
  return CONSTANTS[AUDIT_ARCH[machine]];
}

/** The name of a number under an AUDIT_ARCH_* on a machine; undefined for none, and where the architecture is not known (null). */
export function callNameOf({ machine }: { readonly machine: Native }, number: number, audit: number | null): string | undefined {
  const own = CONVENTIONS[machine].filter((arch) => CONSTANTS[AUDIT_ARCH[arch]] === audit);
  return own.map((arch) => callName(number, arch)).find((name) => name !== undefined);
}
