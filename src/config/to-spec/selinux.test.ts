import { describe, expect, test } from 'vitest';
import { readConfig } from '../index.ts';
import { toSpec } from '../to-spec.ts';

const FILE = '/web/config';
const CONTEXT = 'system_u:system_r:container_t:s0:c1,c2';

function read(...lines: readonly string[]) {
  const text = ['lxc.rootfs.path = /srv/web', ...lines, ''].join('\n');
  const files = { read: () => ({ kind: 'text', text }) as const, list: () => ({ kind: 'names', names: [] }) as const };
  const { spec, diagnostics } = toSpec(readConfig(files, FILE, { overrides: [] }).settings, { name: 'web' });
  return { selinux: spec?.selinux, codes: diagnostics.map(({ code }) => code) };
}

test('nothing is asked where no line is about it, or says unconfined_t', () => {
  expect(read().selinux).toBeUndefined();
  expect(read('lxc.selinux.context = unconfined_t').selinux).toBeUndefined();
  expect(read(`lxc.selinux.context = ${CONTEXT}`, 'lxc.selinux.context =').selinux).toBeUndefined();
});

test('what is named, under the old name as well', () => {
  for (const key of ['lxc.selinux.context', 'lxc.se_context']) {
    expect(read(`${key} = ${CONTEXT}`).selinux).toMatchObject({
      context: { value: CONTEXT, why: { span: { line: 2 } } },
      keyring: null,
      auto: null,
      files: null,
    });
  }
  expect(read(`lxc.selinux.context.keyring = ${CONTEXT}`).selinux).toMatchObject({ context: null, keyring: { value: CONTEXT } });
});

describe('one that is to be found', () => {
  test.each([
    ['auto', null],
    ['auto:container_init_t', 'container_init_t'],
  ])('%s', (value, type) => expect(read(`holdfast.selinux.context = ${value}`).selinux).toMatchObject({ context: null, auto: { value: { type } } }));

  test('a context that is named comes first, which is said; the word for none does not', () => {
    const both = read(`lxc.selinux.context = ${CONTEXT}`, 'holdfast.selinux.context = auto');
    expect(both).toMatchObject({ selinux: { context: { value: CONTEXT }, auto: null }, codes: ['HF572'] });
    expect(read('lxc.selinux.context = unconfined_t', 'holdfast.selinux.context = auto')).toMatchObject({ selinux: { context: null, auto: {} }, codes: [] });
  });
});
