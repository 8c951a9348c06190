// Who has which ids, as rows of a table: both kinds in one row where they are alike, neighbouring accounts together.

import type { IdClaim } from '../model/id-claim.ts';

interface Row {
  readonly first: number;
  readonly count: number;
  readonly kind: string;
  readonly owner: string;
  readonly source: string;
}

/** Cells IDS, COUNT, KIND, OWNER, BY, in the order of the ids. */
export function idClaimRows(claims: readonly IdClaim[]): readonly (readonly string[])[] {
  const wide = claims.filter(({ owner }) => owner.what !== 'account').map(rowOf);
  const rows = [...bothTogether(wide), ...(['u', 'g'] as const).flatMap((kind) => accountRows(claims, kind))];
  return rows
    .toSorted((a, b) => a.first - b.first || b.count - a.count)
    .map(({ first, count, kind, owner, source }) => [count === 1 ? `${first}` : `${first}-${first + count - 1}`, String(count), kind, owner, source]);
}

function rowOf({ kind, first, count, owner, source }: IdClaim): Row {
  return { first, count, kind: kind === 'u' ? 'user' : 'group', owner: `${owner.what} ${owner.name}`, source };
}

function bothTogether(rows: readonly Row[]): readonly Row[] {
  const users = rows.filter(({ kind }) => kind === 'user');
  const groups = rows.filter(({ kind }) => kind === 'group');
  const joined = users.map((user): Row => {
    const at = groups.findIndex(({ first, count, owner }) => first === user.first && count === user.count && owner === user.owner);
    const [group] = at < 0 ? [] : groups.splice(at, 1);
    if (group === undefined) return user;
    return { ...user, kind: 'both', source: group.source === user.source ? user.source : `${user.source} ${group.source}` };
  });
  return [...joined, ...groups];
}

function accountRows(claims: readonly IdClaim[], kind: IdClaim['kind']): readonly Row[] {
  const ids = new Map(claims.filter((one) => one.kind === kind && one.owner.what === 'account').map(({ first, owner, source }) => [first, { owner, source }]));
  const rows: { first: number; names: string[]; source: string }[] = [];
  for (const [first, { owner, source }] of [...ids].toSorted(([a], [b]) => a - b)) {
    const last = rows.at(-1);
    if (last !== undefined && last.first + last.names.length === first) last.names.push(owner.name);
    else rows.push({ first, names: [owner.name], source: source.replace(/:\d+$/, '') });
  }
  return rows.map(({ first, names, source }) => ({
    first,
    count: names.length,
    kind: kind === 'u' ? 'user' : 'group',
    owner: `account${names.length === 1 ? '' : 's'} ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' ...' : ''}`,
    source,
  }));
}
