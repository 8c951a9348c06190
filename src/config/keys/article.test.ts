import { expect, test } from 'vitest';
import { keyArticle, oldNames } from './article.ts';
import { keyGroups } from './groups.ts';
import { findKey, KEYS } from './lookup.ts';

function factsOf(key: string): Readonly<Record<string, string>> {
  const found = findKey(key);
  if (found.kind !== 'known') throw new Error(`${key} is no key`);
  return Object.fromEntries(keyArticle(found.entry).facts.map(({ about, text, code }) => [about, code?.join(' | ') ?? text]));
}

test('says all that the row says', () => {
  expect(factsOf('lxc.apparmor.profile')).toEqual({
    value: 'text',
    'without it': "where AppArmor is on, 'generated', or 'lxc-container-default-cgns' of a caller who may load none; LXC: the latter",
    'several lines': 'the last one holds',
    'empty value': 'as if no line before had set it',
    'in LXC': 'from 1.0 on; until 2.0 called lxc.aa_profile, a name that 2.1 still takes and 3.0 refuses',
    changed: "'generated' came with LXC 3.1",
    closes: 'what the profile denies',
    opens: "'unconfined' and 'unchanged': no profile of its own",
    'in Holdfast': 'enforced',
  });
  expect(factsOf('lxc.cgroup.memory.limit_in_bytes')).toMatchObject({ 'in LXC': 'from 1.0 on, refused by 7.0 and later', 'several lines': 'all hold' });
  expect(factsOf('lxc.cap.keep')).toMatchObject({ 'several lines': 'all hold; lxc.cap.drop and lxc.cap.keep clear each other' });
  expect(factsOf('lxc.autodev')).toMatchObject({ 'empty value': 'the same as 0' });
});

test('names of interfaces had no number, or had one behind lxc.network', () => {
  expect(KEYS.filter(({ name }) => /^lxc\.net\.N\.(ipv4\.address|veth\.mode)$/.test(name)).map(oldNames)).toEqual([
    ['lxc.network.ipv4', 'lxc.network.N.ipv4'],
    [],
  ]);
});

test('every key says what holds without it, unless it only clears', () => {
  expect(KEYS.filter(({ grammar, absent }) => (grammar.kind === 'clear') !== (absent === undefined)).map(({ name }) => name)).toEqual([]);
});

test('every key is in one group', () => {
  const grouped = keyGroups().flatMap(({ keys }) => keys);
  expect(grouped.map(({ name }) => name).sort()).toEqual(KEYS.map(({ name }) => name).sort());
  expect(keyGroups().filter(({ keys }) => keys.length === 0)).toEqual([]);
});
