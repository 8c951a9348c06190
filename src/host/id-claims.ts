// Which ids of this machine are somebody's: passwd(5), group(5), subuid(5), subgid(5). Accounts of a name service (LDAP) are not asked
// for: nobody can list them, and they lie below the ids that are given to containers.

import type { IdClaim } from '../model/id-claim.ts';
import { type Machine, valueOr } from './machine.ts';
import { parseSubIds, type SubIdFault } from './subid-file.ts';

const FILES = [
  ['u', '/etc/subuid'],
  ['g', '/etc/subgid'],
] as const;

/** Everything the four files say. */
export function systemClaims(machine: Machine): readonly IdClaim[] {
  return [...grants(machine), ...accounts(machine, 'u', '/etc/passwd'), ...accounts(machine, 'g', '/etc/group')];
}

/** The lines of /etc/subuid and /etc/subgid that say nothing, whoever they are about. */
export function subIdFaults(machine: Machine): readonly (SubIdFault & { readonly file: string })[] {
  return FILES.flatMap(([, file]) => parseSubIds(valueOr(machine.readText(file), '')).faults.map((fault) => ({ ...fault, file })));
}

function grants(machine: Machine): readonly IdClaim[] {
  return FILES.flatMap(([kind, file]) =>
    parseSubIds(valueOr(machine.readText(file), '')).lines.map(
      ({ owner, first, count, line }): IdClaim => ({ kind, first, count, owner: { what: 'user', name: nameOf(machine, owner) }, source: `${file}:${line}` }),
    ),
  );
}

/** A line may name a user by number. */
function nameOf(machine: Machine, owner: string): string {
  if (!/^\d+$/.test(owner)) return owner;
  const entry = valueOr(machine.readText('/etc/passwd'), '')
    .split('\n')
    .find((line) => line.split(':')[2] === owner);
  return entry?.split(':')[0] ?? owner;
}

/** In both files the third field is the id. */
function accounts(machine: Machine, kind: IdClaim['kind'], file: string): readonly IdClaim[] {
  return valueOr(machine.readText(file), '')
    .split('\n')
    .flatMap((line, index): IdClaim[] => {
      const [name = '', , id = ''] = line.split(':');
      return /^\d+$/.test(id) ? [{ kind, first: Number(id), count: 1, owner: { what: 'account', name }, source: `${file}:${index + 1}` }] : [];
    });
}
