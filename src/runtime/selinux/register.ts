// The register of SELinux categories that were given to containers: STATE/selinux.json, written by whoever holds STATE/selinux.lock.

import { join } from 'node:path';
import type { CategoryClaim } from '../../controls/selinux/categories.ts';
import { readEntries, type Registered, type RegisterKind, writeEntries } from '../register-file.ts';

export interface GivenCategories extends Registered {
  readonly categories: readonly [number, number];
}

export const LOCK_NAME = 'selinux.lock';
const REGISTER: RegisterKind<GivenCategories> = { file: 'selinux.json', what: 'SELinux categories', isEntry: ({ categories }) => isPair(categories) };

export const readRegister = (stateDir: string): readonly GivenCategories[] => readEntries(stateDir, REGISTER);

export function writeRegister(stateDir: string, entries: readonly GivenCategories[]): void {
  writeEntries(stateDir, REGISTER, entries);
}

export function claimOf({ name, config, categories }: GivenCategories, stateDir: string): CategoryClaim & { readonly config: string } {
  return { owner: name, source: join(stateDir, REGISTER.file), categories, config };
}

function isPair(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !value.every((one) => Number.isSafeInteger(one))) return false;
  const [low, high] = value as [number, number];
  return low >= 0 && low < high;
}
