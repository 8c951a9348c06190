// Who shares SELinux categories with whom, and what was given to configurations that are gone.

import { existsSync } from 'node:fs';
import { sharing } from '../../controls/selinux/categories.ts';
import type { Machine } from '../../host/machine.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import { type ContainerCategories, containerCategories } from './claims.ts';
import { readRegister } from './register.ts';

export function checkCategories(machine: Machine, host: HostFacts, lxcpaths: readonly string[]): readonly Diagnostic[] {
  const claims = containerCategories(machine, host, lxcpaths).filter(({ categories }) => categories.length > 0);
  const pairs = claims.flatMap((one, index) => claims.slice(index + 1).map((other) => [one, other] as const));
  const gone = readRegister(host.stateDir)
    .filter(({ config }) => !existsSync(config))
    .map(({ name, config, categories }) => diagnostic('HF582', { categories: categoriesText(categories), name, config }));
  return [...pairs.flatMap(([one, other]) => finding(one, other)), ...gone];
}

/** What one container says twice is its own business. */
function finding(one: ContainerCategories, other: ContainerCategories): readonly Diagnostic[] {
  if (one.config === other.config && one.owner === other.owner) return [];
  const found = sharing(one.categories, other.categories);
  if (found === null) return [];
  if (found === 'same') return [diagnostic('HF580', { one: title(one), other: title(other), categories: categoriesText(one.categories) })];
  const [wide, narrow] = found === 'first' ? [one, other] : [other, one];
  return [diagnostic('HF581', { one: title(wide), other: title(narrow), categories: categoriesText(narrow.categories) })];
}

const title = ({ owner, source }: ContainerCategories): string => `${owner} (${source})`;

export function categoriesText(categories: readonly number[]): string {
  return categories.length === 0 ? 'none' : categories.map((one) => `c${one}`).join(',');
}
