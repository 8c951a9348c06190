import { expect, it } from 'vitest';
import type { IdClaim } from '../../model/id-claim.ts';
import { aHost, alice, aliceWithIds } from '../namespaces/testing.ts';
import { chooseIds } from './choose.ts';

function claims(what: IdClaim['owner']['what'], name: string, first: number, count: number): readonly IdClaim[] {
  return (['u', 'g'] as const).map((kind) => ({ kind, first, count, owner: { what, name }, source: '/etc/subuid:1' }));
}
const chosen = (...args: Parameters<typeof chooseIds>) => {
  const choice = chooseIds(...args);
  return choice.kind === 'chosen' ? [choice.u.first, choice.g.first] : `${choice.reason} / ${choice.remedy}`;
};
const POOL_FIRST = 0x7001_0000;

it("gives root's containers ids of the pool, one behind the other", () => {
  expect(chosen(aHost(), [], 65536)).toEqual([POOL_FIRST, POOL_FIRST]);
  expect(chosen(aHost(), claims('container', 'web', POOL_FIRST, 65536), 65536)).toEqual([POOL_FIRST + 65536, POOL_FIRST + 65536]);
  expect(chosen(aHost(), claims('account', 'odd', POOL_FIRST + 5, 1), 65536)).toEqual([POOL_FIRST + 6, POOL_FIRST + 6]);
});

it('prefers what is granted to root, unless another user has it too', () => {
  const granted = [{ first: 1_000_000, count: 65536 }];
  const host = aHost({ subuids: granted, subgids: granted });
  const own = claims('user', 'root', 1_000_000, 65536);
  expect(chosen(host, own, 65536)).toEqual([1_000_000, 1_000_000]);
  expect(chosen(host, [...own, ...claims('user', 'bob', 1_010_000, 10)], 65536)).toEqual([POOL_FIRST, POOL_FIRST]);
});

it('takes different numbers only where the same cannot be', () => {
  const host = aliceWithIds({ subgids: [{ first: 500_000, count: 65536 }] });
  expect(chosen(host, [], 1000)).toEqual([100_000, 500_000]);
  const overlapping = aliceWithIds({ subgids: [{ first: 120_000, count: 65536 }] });
  expect(chosen(overlapping, [], 1000)).toEqual([120_000, 120_000]);
});

it('names the command that gets more', () => {
  expect(chosen(alice(), claims('user', 'bob', 100_000, 65536), 65536)).toBe(
    '/etc/subuid and /etc/subgid grant alice nothing / as root: usermod --add-subuids 165536-231071 --add-subgids 165536-231071 alice',
  );
  const full = [...claims('user', 'alice', 100_000, 65536), ...claims('container', 'web', 100_000, 60_000)];
  expect(chosen(aliceWithIds(), full, 65536)).toBe(
    'of the ids alice may give away, at most 5536 in a row are free, and 65536 are wanted / as root: usermod --add-subuids 165536-231071 --add-subgids 165536-231071 alice; or ask for fewer: --size 5536',
  );
});

it('has no pool inside another user namespace', () => {
  expect(chosen(aHost({ initialUserNamespace: false }), [], 1)).toMatch(/grant root nothing/);
});
