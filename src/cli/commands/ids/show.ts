// holdfast ids: who has which ids of this machine.

import { sources, takenFrom } from '../../../controls/idmap/choose.ts';
import { largestFree } from '../../../controls/idmap/free.ts';
import { kindName } from '../../../controls/idmap/words.ts';
import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { idClaimRows } from '../../../report/id-claims.ts';
import { table } from '../../../report/table.ts';
import { allClaims } from '../../../runtime/ids/container-claims.ts';
import { lxcpathsOf } from '../../../runtime/ids/allocate.ts';
import { type Context, out } from '../../context.ts';

export interface IdsFlags {
  readonly lxcpath?: string;
  readonly json: boolean;
}

export function show(this: Context, { lxcpath, json }: IdsFlags): void {
  const machine = realMachine();
  const host = readHostFacts(machine);
  const claims = allClaims(machine, host, lxcpathsOf({ lxcpath }, machine));
  const free = (['u', 'g'] as const).map((kind) => ({ kind, largest: largestFree(sources(host, kind), takenFrom(host, claims, kind)) }));
  if (json) {
    const rows = claims.map(({ kind, first, count, owner, source }) => ({ kind: kindName(kind), first, count, owner, source }));
    out(this, `${JSON.stringify({ ids: rows, free: Object.fromEntries(free.map(({ kind, largest }) => [kindName(kind), largest])) }, null, 2)}\n`);
    return;
  }
  out(this, table([['IDS', 'COUNT', 'KIND', 'OWNER', 'BY'], ...idClaimRows(claims)]));
  const [users = 0, groups = 0] = free.map(({ largest }) => largest);
  out(this, `the largest range that ${host.userName} can give to a container: ${Math.min(users, groups)} ids\n`);
}
