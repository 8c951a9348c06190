// ELF headers: what is a static program, what is none.

import { expect, test } from 'vitest';
import { fixtureMachine } from './fixture.ts';
import { findBusybox, isStaticProgram } from './static-program.ts';
import { elfHead } from './testing.ts';

const machine = (files: Readonly<Record<string, string>>) => fixtureMachine({ files });

test('a program is static without an interpreter among its headers', () => {
  const files = {
    '/s': elfHead([1, 2]),
    '/d': elfHead([1, 3]),
    '/x': '#!/bin/sh\n',
    '/32': elfHead([1]).replace('\x7fELF\x02', '\x7fELF\x01'),
    '/short': '\x7fELF\x02\x01',
  };
  expect(['/s', '/d', '/x', '/32', '/short', '/none'].map((path) => isStaticProgram(machine(files), path))).toEqual([true, false, null, null, null, null]);
  expect(isStaticProgram(machine({ '/cut': elfHead([1, 2, 3]).slice(0, 100) }), '/cut')).toBeNull();
});

test('of several places the first static one is taken', () => {
  expect(findBusybox(machine({ '/bin/busybox': elfHead([3]), '/usr/local/bin/busybox': elfHead([1]) }))).toEqual({
    kind: 'static',
    path: '/usr/local/bin/busybox',
  });
  expect(findBusybox(machine({ '/bin/busybox': elfHead([3]) }))).toEqual({ kind: 'dynamic', path: '/bin/busybox' });
  expect(findBusybox(machine({ '/bin/busybox': 'text' }))).toEqual({ kind: 'missing' });
});
