// The generations of keys, against the tables of LXC's releases as they were.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findKey, KEYS } from './lookup.ts';

interface Life {
  readonly since: string;
  until?: string;
}

/** `lxc-3.0.0` and `v7.0.0` are 3.0 and 7.0. */
const release = (tag: string): string => tag.replace(/^(lxc-|v)/, '').replace(/^(\d+\.\d+)\.0$/, '$1');

/** When each name came, and when it went for good. */
const lives = new Map<string, Life>();
for (const line of readFileSync(new URL('lxc-releases.txt', import.meta.url), 'utf8').split('\n')) {
  const [tag = '', , ...changes] = line.startsWith('#') ? [] : line.split(' ');
  for (const change of changes) {
    const name = change.slice(1);
    const before = lives.get(name);
    if (change.startsWith('+')) lives.set(name, { since: before?.since ?? release(tag) });
    else if (before) before.until = release(tag);
  }
}

/** Names of LXC that were matched by their beginning, so that the table of the release lacks them. */
const BY_BEGINNING: Readonly<Record<string, string>> = { 'lxc.mount.entry': '1.0', 'lxc.mount.auto': '1.0' };

/** Names that the table of keys writes otherwise, and what the tables of LXC call them. */
function namesInLxc(name: string): readonly string[] {
  if (name === 'lxc.net.N') return ['lxc.net.'];
  if (name === 'lxc.namespace.share.') return [name];
  if (!name.startsWith('lxc.net.N.')) return [name.replace(/\.$/, '')];
  return [name, name.replace('lxc.net.N.', 'lxc.network.').replace(/\.address$/, '')];
}

const LXC_ROWS = KEYS.filter(({ name }) => name.startsWith('lxc.'));

test('the list of releases was read', () => expect([lives.size > 150, lives.get('lxc.kmsg')]).toEqual([true, { since: '1.0', until: '3.0' }]));

test.each(LXC_ROWS.map(({ name, ...entry }) => [name, entry] as const))('%s came and went as in LXC', (name, entry) => {
  const found = [name, ...(entry.old ?? [])].flatMap(namesInLxc).flatMap((one) => lives.get(one) ?? []);
  // Newer than the newest release, which the list ends with.
  if (entry.since === 'after 7.0') return expect(found).toEqual([]);
  const since = BY_BEGINNING[name] ?? found.map((life) => life.since).sort(byNumber)[0];
  const until = found.every((life) => life.until !== undefined)
    ? found
        .map((life) => life.until ?? '')
        .sort(byNumber)
        .at(-1)
    : undefined;
  expect({ since: entry.since ?? '1.0', until: entry.until }).toEqual({ since, until });
});

test.each(LXC_ROWS.flatMap(({ name, old = [] }) => old.map((one) => [one, name] as const)))('%s was the name of %s until 3.0', (old, name) => {
  expect(lives.get(old.replace(/\.$/, ''))).toMatchObject({ until: '3.0' });
  for (const today of namesInLxc(name)) expect(byNumber(lives.get(today)?.since ?? '9', '2.1')).toBe(0);
});

test('every name that LXC ever had is a key', () => {
  const samples = [...lives.keys()].map((name) =>
    name
      .replace(/\.N\./, '.0.')
      .replace(/^lxc\.(net|network)\.$/, 'lxc.$1.0.type')
      .replace(/share\.$/, 'share.net'),
  );
  expect(samples.filter((name) => findKey(name).kind === 'unknown')).toEqual([]);
});

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
