import { expect, test } from 'vitest';
import { aHost, set, stepLines } from '../namespaces/testing.ts';
import { mounts } from './index.ts';
import { busybox, entry } from './testing.ts';

const FILES = 'u:object_r:container_file_t:s0:c1,c2';
const policy = { enforcing: true, policy: { version: 33, mls: true, nnpTransition: true }, own: 'u:r:t:s0', contexts: {}, permissive: [], access: [] };
const selinux = { context: set('u:r:container_t:s0:c1,c2'), keyring: null, auto: null, files: set('container_file_t') };
const entries = ['tmpfs mnt tmpfs size=1m', 'proc srv proc defaults', 'tmpfs opt tmpfs context=u:object_r:own_t:s0', '/srv home none bind'].map((line) =>
  entry(line),
);

const calls = (spec: Parameters<typeof mounts.compile>[0], known: object) => stepLines(mounts.compile(spec, { ...aHost(), ...known }).steps);

test('new file systems that can have a label have that of the container, unless the line says another; others and bound ones keep theirs', () => {
  const found = calls(busybox({ selinux, mounts: entries }), { selinux: policy });
  const labelled = found.flatMap((line) => (line.includes('"context"') ? [line.trim().replace(/, 0\).*/, '')] : []));
  expect(labelled).toEqual([
    `fsconfig($dev.context, FSCONFIG_SET_STRING, "context", "${FILES}"`,
    `fsconfig($entry.0.context, FSCONFIG_SET_STRING, "context", "${FILES}"`,
    'fsconfig($entry.2.context, FSCONFIG_SET_STRING, "context", "u:object_r:own_t:s0"',
    `fsconfig($devpts.context, FSCONFIG_SET_STRING, "context", "${FILES}"`,
  ]);
});

test('an overlay is mounted with it', () => {
  const root = { kind: 'overlay', lower: ['/a'], upper: '/b', work: '/w', readOnly: false, why: set(0).why } as const;
  expect(calls(busybox({ selinux, root }), { selinux: policy }).filter((line) => line.includes('$root.context') && line.includes(FILES))).toHaveLength(1);
});

test('nothing is labelled where nobody asks, or no policy is there', () => {
  const plain = calls(busybox(), { selinux: policy });
  expect(calls(busybox({ selinux }), { selinux: null })).toEqual(plain);
  expect(calls(busybox({ selinux }), { selinux: { ...policy, policy: null } })).toEqual(plain);
  expect(calls(busybox({ selinux: { ...selinux, files: set('none') } }), { selinux: policy })).toEqual(plain);
});
