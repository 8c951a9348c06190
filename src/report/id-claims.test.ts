import { expect, it } from 'vitest';
import type { IdClaim } from '../model/id-claim.ts';
import { idClaimRows } from './id-claims.ts';

const claim = (kind: 'u' | 'g', first: number, count: number, what: IdClaim['owner']['what'], name: string, source: string): IdClaim => ({
  kind,
  first,
  count,
  owner: { what, name },
  source,
});

it('joins what is alike, and neighbouring accounts', () => {
  const rows = idClaimRows([
    claim('u', 100000, 65536, 'user', 'alice', '/etc/subuid:1'),
    claim('g', 100000, 65536, 'user', 'alice', '/etc/subgid:1'),
    claim('u', 500000, 10, 'container', 'web', 'config:3'),
    claim('g', 600000, 10, 'container', 'web', 'config:4'),
    ...['root', 'daemon', 'bin', 'sys'].map((name, id) => claim('u', id, 1, 'account', name, `/etc/passwd:${id + 1}`)),
    claim('u', 1000, 1, 'account', 'alice', '/etc/passwd:9'),
  ]);
  expect(rows).toEqual([
    ['0-3', '4', 'user', 'accounts root, daemon, bin ...', '/etc/passwd'],
    ['1000', '1', 'user', 'account alice', '/etc/passwd'],
    ['100000-165535', '65536', 'both', 'user alice', '/etc/subuid:1 /etc/subgid:1'],
    ['500000-500009', '10', 'user', 'container web', 'config:3'],
    ['600000-600009', '10', 'group', 'container web', 'config:4'],
  ]);
});
