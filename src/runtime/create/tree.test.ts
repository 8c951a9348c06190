// Making a tree and removing one, as any user: what is asked for is there, and nothing but the tree goes.

import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { busyboxTree } from './busybox.ts';
import { makeTree } from './make-tree.ts';
import { removeTree } from './remove-tree.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-tree-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the template has what a system needs, each entry in a directory that is made before it', () => {
  const entries = busyboxTree('web', '/bin/busybox', ['sh', 'busybox', 'init', '[', '../x', '']);
  const made = new Set<string>();
  for (const { path, kind } of entries) {
    const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    expect(path === '' || made.has(above), path).toBe(true);
    expect(made.has(path), path).toBe(false);
    if (kind === 'dir') made.add(path);
  }
  const links = Object.fromEntries(entries.flatMap((one) => (one.kind === 'link' ? [[one.path, one.to]] : [])));
  expect(links).toEqual({
    sbin: 'bin',
    'usr/bin': '../bin',
    'usr/sbin': '../bin',
    'var/run': '../run',
    'bin/sh': 'busybox',
    'bin/init': 'busybox',
    'bin/[': 'busybox',
  });
});

test('files, links and modes are those of the entries', () => {
  const top = join(folder, 'top');
  mkdirSync(top, { mode: 0o700 });
  makeTree(top, busyboxTree('web', '/etc/passwd', ['sh']), null);
  const mode = (path: string) => (lstatSync(join(top, path)).mode & 0o7777).toString(8);
  expect(['', 'etc', 'tmp', 'root', 'etc/shadow', 'bin/busybox', 'etc/inittab'].map(mode)).toEqual(['755', '755', '1777', '700', '640', '755', '644']);
  expect([readFileSync(join(top, 'etc/hostname'), 'utf8'), readlinkSync(join(top, 'bin/sh'))]).toEqual(['web\n', 'busybox']);
  expect(() => makeTree(top, busyboxTree('web', '/etc/passwd', []), null)).toThrow('EEXIST');
});

test('a tree goes with deep, closed and oddly named parts, and what its links name stays', () => {
  const [top, outside] = [join(folder, 'top'), join(folder, 'outside')];
  mkdirSync(join(top, 'd/'.repeat(1000)), { recursive: true });
  mkdirSync(join(top, '.holdfast-1/full'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), '');
  symlinkSync(outside, join(top, 'link'));
  symlinkSync('/nowhere', join(top, 'dangling'));
  writeFileSync(Buffer.concat([Buffer.from(`${top}/`), Buffer.from([0xff, 0x0a])]), '');
  mkdirSync(join(top, 'closed/below'), { recursive: true });
  chmodSync(join(top, 'closed'), 0);
  removeTree(top);
  expect([readdirSync(folder), existsSync(join(outside, 'kept'))]).toEqual([['outside'], true]);
  removeTree(top);
});

test('a link in the place of the tree is refused', () => {
  mkdirSync(join(folder, 'outside/kept'), { recursive: true });
  symlinkSync(join(folder, 'outside'), join(folder, 'top'));
  expect(() => removeTree(join(folder, 'top'))).toThrow('ENOTDIR');
  expect(existsSync(join(folder, 'outside/kept'))).toBe(true);
});
