// Who the caller is, and which subordinate ids it was granted: passwd(5), subuid(5), subgid(5).

import type { SubIdRange } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';

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

/** The ranges of /etc/subuid or /etc/subgid for this user, by name or by number; both files go by the user, not the group. */
export function readSubIds(machine: Machine, path: '/etc/subuid' | '/etc/subgid', name: string): readonly SubIdRange[] {
  const { uid } = machine.ids;
  return valueOr(machine.readText(path), '')
    .split('\n')
    .flatMap((line) => {
      const [owner, first, count] = line.split(':');
      if (owner !== name && owner !== String(uid)) return [];
      const range = { first: Number(first), count: Number(count) };
      return Number.isInteger(range.first) && range.count > 0 ? [range] : [];
    });
}
