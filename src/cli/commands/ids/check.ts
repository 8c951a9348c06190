// holdfast ids check: who shares ids with whom, and what that means.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { lxcpathsOf } from '../../../runtime/ids/allocate.ts';
import { checkIds } from '../../../runtime/ids/check-ids.ts';
import type { Context } from '../../context.ts';
import { reportFindings } from '../../findings.ts';
import type { IdsFlags } from './show.ts';

export function check(this: Context, { lxcpath, json }: IdsFlags): void {
  const machine = realMachine();
  const found = checkIds(machine, readHostFacts(machine), lxcpathsOf({ lxcpath }, machine));
  reportFindings(this, found, { json, none: 'nobody shares ids with a container' });
}
