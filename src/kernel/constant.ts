// Values of the kernel's named constants on the machine a launcher is made for.
import assert from 'node:assert/strict';
import { type ConstName, CONSTANTS, CONSTANTS_ARM64, CONSTANTS_NOT_ON_ARM64 } from './constants.gen.ts';

/** A machine that launchers are made for. */
export type Machine = 'x86_64' | 'arm64';

const differing: Readonly<Partial<Record<ConstName, number>>> = CONSTANTS_ARM64;
const absent: ReadonlySet<ConstName> = new Set(CONSTANTS_NOT_ON_ARM64);

/**
 * The value of a constant of the kernel's exported headers (include/uapi/linux, arch/ARCH/include/uapi/asm).
 * @example constant('O_DIRECTORY', 'arm64') // 16384
 */
export function constant(name: ConstName, machine: Machine): number {
  if (machine === 'x86_64') {
    return CONSTANTS[name];
  }
  assert(!absent.has(name), `${name} is not known on ${machine}`);
  return differing[name] ?? CONSTANTS[name];
}
