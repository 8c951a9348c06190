// Who can change what is at a path: owners, groups, everybody, sticky directories, links.

import { expect, test } from 'vitest';
import type { Answer, FileStat } from './machine.ts';
import { otherWriter } from './writers.ts';

type Fact = Partial<FileStat>;
const dir = (more: Fact = {}): Fact => ({ kind: 'dir', mode: 0o755, uid: 0, gid: 0, ...more });
const file = (more: Fact = {}): Fact => ({ kind: 'file', mode: 0o644, uid: 0, gid: 0, ...more });

function machine(facts: Readonly<Record<string, Fact>>, links: Readonly<Record<string, string>> = {}, uid = 0) {
  return {
    stat: (path: string): Answer<FileStat> => (facts[path] === undefined ? { errno: 'ENOENT' } : { value: { major: 0, minor: 0, ...facts[path] } as FileStat }),
    realPath: (path: string): Answer<string> => ({ value: links[path] ?? path }),
    ids: { uid, gid: uid, arch: 'x64', release: '6.1.0', userName: () => null },
  };
}

const ROOT = { '/': dir(), '/srv': dir(), '/srv/hook': file() };

test.each<[string, Readonly<Record<string, Fact>>, { path: string; whom: string } | null]>([
  ["all of it is root's", ROOT, null],
  ['the file is open to everybody', { ...ROOT, '/srv/hook': file({ mode: 0o666 }) }, { path: '/srv/hook', whom: 'everybody' }],
  ['the directory is', { ...ROOT, '/srv': dir({ mode: 0o777 }) }, { path: '/srv', whom: 'everybody' }],
  ['the directory is, and sticky', { ...ROOT, '/srv': dir({ mode: 0o1777 }) }, null],
  ["the file is another's", { ...ROOT, '/srv/hook': file({ uid: 1000 }) }, { path: '/srv/hook', whom: 'user 1000' }],
  ["the directory above is another's, sticky or not", { ...ROOT, '/srv': dir({ uid: 1000, mode: 0o1755 }) }, { path: '/srv', whom: 'user 1000' }],
  ['a group may write', { ...ROOT, '/srv': dir({ gid: 50, mode: 0o775 }) }, { path: '/srv', whom: 'group 50' }],
  ["the group is root's", { ...ROOT, '/srv': dir({ mode: 0o775 }) }, null],
  ['it is not there', { '/': dir() }, null],
])('%s', (_, facts, expected) => {
  expect(otherWriter(machine(facts), '/srv/hook')).toEqual(expected);
});

test('links count along their name and where they lead', () => {
  const facts = { ...ROOT, '/opt': dir({ mode: 0o777 }), '/opt/real': file() };
  expect(otherWriter(machine(facts, { '/srv/hook': '/opt/real' }), '/srv/hook')).toEqual({ path: '/opt', whom: 'everybody' });
  expect(otherWriter(machine({ ...facts, '/opt': dir(), '/srv': dir({ mode: 0o777 }) }, { '/srv/hook': '/opt/real' }), '/srv/hook')?.path).toBe('/srv');
});

test("what is the caller's own is no other's, and a root file system may belong to the container", () => {
  const facts = { ...ROOT, '/srv/hook': file({ uid: 1000 }) };
  expect(otherWriter(machine(facts, {}, 1000), '/srv/hook')).toBeNull();
  expect(otherWriter(machine(facts), '/srv/hook', false)).toBeNull();
});
