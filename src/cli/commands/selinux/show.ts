// holdfast selinux: whether SELinux is at work here, and which container has which categories.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { readSelinux } from '../../../host/selinux.ts';
import type { SelinuxFacts } from '../../../model/selinux.ts';
import { table } from '../../../report/table.ts';
import { lxcpathsOf } from '../../../runtime/ids/allocate.ts';
import { categoriesText } from '../../../runtime/selinux/check-categories.ts';
import { containerCategories } from '../../../runtime/selinux/claims.ts';
import { type Context, out } from '../../context.ts';

export interface SelinuxFlags {
  readonly lxcpath?: string;
  readonly json: boolean;
}

export function show(this: Context, { lxcpath, json }: SelinuxFlags): void {
  const machine = realMachine();
  const facts = readSelinux(machine);
  const claims = containerCategories(machine, readHostFacts(machine), lxcpathsOf({ lxcpath }, machine));
  if (json) {
    const containers = claims.map(({ owner, categories, source }) => ({ name: owner, categories, source }));
    const state = facts === null ? null : { enforcing: facts.enforcing, policy: facts.policy, context: facts.own };
    out(this, `${JSON.stringify({ selinux: state, containers }, null, 2)}\n`);
    return;
  }
  out(this, `${stateText(facts)}\n`);
  if (claims.length > 0) {
    out(this, table([['CONTAINER', 'CATEGORIES', 'BY'], ...claims.map(({ owner, categories, source }) => [owner, categoriesText(categories), source])]));
  }
}

function stateText(facts: SelinuxFacts | null): string {
  if (facts === null) return 'SELinux is not at work in this kernel';
  if (facts.policy === null) return 'SELinux has no policy: it forbids nothing';
  const { version, mls } = facts.policy;
  return `SELinux is ${facts.enforcing ? 'enforcing' : 'permissive'}, policy version ${version} ${mls ? 'with' : 'without'} categories; this process is ${facts.own}`;
}
