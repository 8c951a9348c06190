import { expect, test } from 'vitest';
import type { AvcRecord } from '../../../audit/record.ts';
import { explainSelinux } from './index.ts';

const record = (more: Partial<AvcRecord>): AvcRecord => ({
  kind: 'selinux',
  at: 0,
  serial: 1,
  subject: {},
  permissions: ['read', 'open'],
  source: 'system_u:system_r:container_t:s0:c1,c2',
  target: 'system_u:object_r:proc_t:s0',
  targetClass: 'file',
  permissive: false,
  details: new Map([['name', 'kcore']]),
  ...more,
});
const LINE = { line: 'lxc.selinux.context = system_u:system_r:container_t:s0:c1,c2', place: 'web/config:4' };

test('what no rule allows, with the rule that would', () => {
  const found = explainSelinux(record({}), LINE);
  expect(found.tried).toBe('read, open the file kcore (proc_t)');
  expect(found.rule).toBe(`no rule allows container_t 'read open' on file of proc_t (${LINE.line}, ${LINE.place})`);
  expect(found.remedy?.lines).toEqual(['(allow container_t proc_t (file (read open)))']);
});

test('categories of another container are no matter of rules', () => {
  const found = explainSelinux(
    record({ target: 'system_u:object_r:container_file_t:s0:c1,c4', targetClass: 'dir', permissions: ['search'], details: new Map([['path', '/srv']]) }),
    LINE,
  );
  expect(found.rule).toContain('has the categories c4, which container_t:c1,c2 lacks');
  expect(found.remedy?.lines).toEqual(['chcon -R -l s0:c1,c2 FILE']);
});

test('a capability, on itself, in a permissive kernel', () => {
  const context = 'system_u:system_r:container_t:s0:c1,c2';
  const found = explainSelinux(
    record({ target: context, targetClass: 'capability', permissions: ['sys_module'], permissive: true, details: new Map([['capability', '16']]) }),
    LINE,
  );
  expect(found).toMatchObject({
    tried: 'use CAP_SYS_MODULE (16)',
    outcome: 'allowed',
    remedy: { lines: ['(allow container_t self (capability (sys_module)))'] },
  });
});

test('nothing but names gets into a rule', () => {
  expect(explainSelinux(record({ target: 'a:b:c)(d:s0' }), LINE).remedy).toBeNull();
});
