import { describe, expect, test } from 'vitest';
import type { AppArmorRecord } from '../../../audit/record.ts';
import { aHost, aSpec, set } from '../../namespaces/testing.ts';
import { generatedText } from '../index.ts';
import { denyRules } from './deny-rule.ts';
import { explainAppArmor } from './index.ts';
import { expressionOf, variablesOf } from './pattern.ts';

describe('a pattern', () => {
  const variables = variablesOf('@{a} = /x/{y,z*} /w\n@{b} = @{a}/**\n');
  const cases: readonly (readonly [pattern: string, yes: readonly string[], no: readonly string[]])[] = [
    ['/a*', ['/a', '/ab'], ['/', '/a/b']],
    ['/*', ['/a'], ['/', '/a/']],
    ['/**', ['/a', '/a/b', '/a/'], ['/']],
    ['/{,**/}proc', ['/proc', '/a/proc', '/a/b/proc'], ['/aproc']],
    ['/{proc,sys}{/,/**}', ['/proc/', '/sys/a/b'], ['/proc', '/system/']],
    ['/[^ps/]*', ['/abc', '/a'], ['/proc', '/']],
    ['/a?c.d+', ['/abc.d+'], ['/abcxd+', '/a/c.d+']],
    [String.raw`/\{a\}\*`, ['/{a}*'], ['/a', '/{a}b']],
    ['@{a}', ['/x/y', '/x/zz', '/w'], ['/x/a']],
    ['@{b}', ['/w/a', '/x/y/a/b'], ['/w']],
  ];
  test.each(cases)('%s', (pattern, yes, no) => {
    const expression = expressionOf(pattern, variables);
    expect(yes.filter((path) => expression?.test(path) !== true)).toEqual([]);
    expect(no.filter((path) => expression?.test(path) !== false)).toEqual([]);
  });
  test('with a variable that nobody declares is none', () => expect(expressionOf('@{c}/x', variables)).toBeNull());
});

const apparmor = { profile: set('generated', 3), allowIncomplete: set(false), nesting: set(false), raw: [] };
const text = generatedText(
  aSpec({ apparmor }),
  aHost({ apparmor: { own: 'unconfined', modes: null, mediatesMounts: true, dialect: { capabilities: ['chown'], words: [] } } }),
);

const forbidden = denyRules(text);

const record = (operation: string, name: string, details: Readonly<Record<string, string>> = {}, denied?: string): AppArmorRecord => ({
  kind: 'apparmor',
  at: 0,
  serial: 1,
  subject: {},
  result: 'DENIED',
  operation,
  profile: 'holdfast-web',
  name,
  ...(denied === undefined ? {} : { denied, requested: denied }),
  details: new Map(Object.entries(details)),
});

describe('of a generated profile', () => {
  test.each([
    ['proc elsewhere', record('mount', '/mnt/', { fstype: 'proc', srcname: 'proc' }), /^mount fstype=\(proc,/],
    ['sysfs elsewhere', record('mount', '/mnt/', { fstype: 'sysfs' }), /^mount fstype=\(proc,/],
    ['debugfs', record('mount', '/mnt/', { fstype: 'debugfs' }), /^mount fstype=\{/],
    ['a tmpfs over /proc', record('mount', '/proc/', { fstype: 'tmpfs' }), /^mount fstype=\(tmpfs,/],
    ['/proc bound', record('mount', '/mnt/', { srcname: '/proc/', flags: 'rw, bind' }), /^mount options=\(bind\) /],
    ['kcore of a tree', record('open', '/run/x/proc/kcore', {}, 'r'), /^\/\*\*\/proc\/\{kcore,/],
    ['a setting of a tree', record('open', '/run/x/proc/sys/kernel/panic', {}, 'wc'), /^\/\*\*\/proc\/\{sysrq-trigger,/],
  ])('%s is forbidden by name', (_, one, rule) => {
    expect(forbidden(one)).toMatch(rule);
    const said = explainAppArmor(one, { profile: 'generated', place: 'web/config:3', forbidden });
    expect(said.rule).toMatch(
      /^'deny .* of holdfast-web forbids it, and no line of lxc.apparmor.raw takes that back \(lxc.apparmor.profile = generated, web\/config:3\)$/,
    );
    expect(said.remedy?.lines).toEqual(['lxc.apparmor.profile = NAME']);
  });

  test.each([
    ['a setting', record('open', '/proc/irq/default_smp_affinity', {}, 'w'), 'lxc.apparmor.raw = /proc/irq/default_smp_affinity w,'],
    ['kcore', record('open', '/proc/kcore', {}, 'r'), 'lxc.apparmor.raw = /proc/kcore r,'],
    ['writable again', record('mount', '/', { flags: 'rw, remount, bind' }), 'lxc.apparmor.raw = mount options=(rw, remount, bind) -> /,'],
    ['a capability', record('capable', '', { capname: 'sys_module' }), 'lxc.apparmor.raw = capability sys_module,'],
  ])('%s is what no rule allows: a line does', (_, one, line) => {
    expect(forbidden(one)).toBeNull();
    const said = explainAppArmor(one, { profile: 'generated', place: 'web/config:3', forbidden });
    expect(said.rule).toBe('no rule of holdfast-web allows it (lxc.apparmor.profile = generated, web/config:3)');
    expect(said.remedy?.lines).toEqual([line]);
  });
});
