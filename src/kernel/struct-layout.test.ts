import { expect, test } from 'vitest';
import { structLayout } from './struct-layout.ts';
import { STRUCTS, STRUCTS_ARM64, type StructName } from './structs.gen.ts';

test('structures that grow have the sizes their first users passed', () => {
  expect(structLayout('clone_args', 'x86_64')).toMatchObject({ size: 88, fields: { cgroup: { offset: 80, size: 8 } } });
  expect(structLayout('open_how', 'arm64').size).toBe(24);
  expect(structLayout('mount_attr', 'arm64').size).toBe(32);
  expect(structLayout('landlock_ruleset_attr', 'x86_64').fields['scoped']).toEqual({ offset: 16, size: 8 });
});

test('stat and epoll_event are laid out otherwise on arm64', () => {
  expect(structLayout('epoll_event', 'x86_64').size).toBe(12);
  expect(structLayout('epoll_event', 'arm64').size).toBe(16);
  expect(structLayout('stat', 'x86_64').fields['st_mode']?.offset).toBe(24);
  expect(structLayout('stat', 'arm64').fields['st_mode']?.offset).toBe(16);
  expect(Object.keys(STRUCTS_ARM64)).toEqual(['stat', 'epoll_event']);
});

test('members lie inside their structure, aligned to their size, and apart unless the structure is a union', () => {
  for (const name of Object.keys(STRUCTS) as StructName[]) {
    for (const machine of ['x86_64', 'arm64'] as const) {
      const layout = structLayout(name, machine);
      let end = 0;
      const fields = Object.entries(layout.fields).sort(([, a], [, b]) => a.offset - b.offset);
      for (const [field, { offset, size }] of fields) {
        const where = `${name}.${field} on ${machine}`;
        expect(offset + size, where).toBeLessThanOrEqual(layout.size);
        if (name !== 'bpf_attr' && name !== 'ifreq') {
          expect(offset, where).toBeGreaterThanOrEqual(end);
        }
        end = offset + size;
      }
    }
  }
});
