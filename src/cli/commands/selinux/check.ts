// holdfast selinux check: who shares SELinux categories with whom.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { lxcpathsOf } from '../../../runtime/ids/allocate.ts';
import { checkCategories } from '../../../runtime/selinux/check-categories.ts';
import { reportFindings } from '../../findings.ts';
import type { Context } from '../../context.ts';
import type { SelinuxFlags } from './show.ts';

export function check(this: Context, { lxcpath, json }: SelinuxFlags): void {
  const machine = realMachine();
  const found = checkCategories(machine, readHostFacts(machine), lxcpathsOf({ lxcpath }, machine));
  reportFindings(this, found, { json, none: 'nobody shares SELinux categories with a container' });
}
