// Who the caller is, and which subordinate ids it was granted: passwd(5), subuid(5), subgid(5).

import type { SubIdFaultFact, SubIdRange } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';
import { parseSubIds } from './subid-file.ts';

export interface User {
  readonly name: string;
  /** null where nothing says. */
  readonly home: string | null;
}

/** By /etc/passwd; an id that is not there (LDAP, a bare container) is asked of the name service, and is its own name at worst. */
export function readUser(machine: Machine): User {
  const { uid } = machine.ids;
  const entry = valueOr(machine.readText('/etc/passwd'), '')
    .split('\n')
    .find((line) => line.includes(`:${uid}:`) && line.split(':')[2] === String(uid))
    ?.split(':');
  const home = machine.env['HOME']?.startsWith('/') ? machine.env['HOME'] : (entry?.[5] ?? null);
  return { name: entry?.[0] ?? machine.ids.userName() ?? String(uid), home };
}

export type SubIdPath = '/etc/subuid' | '/etc/subgid';

/** What /etc/subuid or /etc/subgid says of this user, by name or by number; both files go by the user, not the group. */
export function readSubIds(
  machine: Machine,
  path: SubIdPath,
  name: string,
): { readonly ranges: readonly SubIdRange[]; readonly faults: readonly SubIdFaultFact[] } {
  const { uid } = machine.ids;
  const { lines, faults } = parseSubIds(valueOr(machine.readText(path), ''));
  const isOwn = ({ owner }: { readonly owner: string }) => owner === name || owner === String(uid);
  return {
    ranges: lines.filter(isOwn).map(({ first, count }) => ({ first, count })),
    faults: faults.filter(isOwn).map(({ text, line, reason }) => ({ file: path, text, line, reason })),
  };
}
