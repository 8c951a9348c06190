// Layouts of the kernel's structures on the machine a launcher is made for.
import type { Machine } from './constant.ts';
import { STRUCTS, STRUCTS_ARM64, type StructName } from './structs.gen.ts';

/** Where a member lies in its structure, in bytes. */
export interface Field {
  readonly offset: number;
  readonly size: number;
}

/** A structure's size and members, in bytes. */
export interface StructLayout {
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
}

const differing: Readonly<Partial<Record<StructName, StructLayout>>> = STRUCTS_ARM64;

/**
 * The layout of a structure of the kernel's exported headers (include/uapi/linux).
 * @example structLayout('open_how', 'x86_64').fields.resolve // { offset: 16, size: 8 }
 */
export function structLayout(name: StructName, machine: Machine): StructLayout {
  return (machine === 'arm64' ? differing[name] : undefined) ?? STRUCTS[name];
}
