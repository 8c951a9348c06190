// An upgraded configuration means what the original meant, and has nothing left to upgrade.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equivalent } from '../../kernel/cgroup-equivalents.ts';
import { diagnosticText, hasErrors } from '../../model/diagnostic.ts';
import type { CgroupValue } from '../../model/spec.ts';
import { memoryFiles } from '../files.ts';
import { grammarText } from '../keys/grammar-text.ts';
import { KEYS } from '../keys/lookup.ts';
import { loadSpec } from '../load-spec.ts';
import { readConfig } from '../read.ts';
import { GENERATIONS, type Generation } from './generations.ts';
import { upgrade } from './upgrade.ts';

const FILE = 'c';
const files = (text: string, file = FILE) => memoryFiles({ [file]: text, '/srv/policy': '2\ndenylist\nkexec_load errno 1\n' });

function upgraded(text: string, to: Generation, force = false) {
  const reading = readConfig(files(text), FILE, { attach: false });
  const [source] = reading.sources;
  if (source === undefined) throw new Error('nothing was read');
  return { ...upgrade(source, reading.settings, to, { force }), reading };
}

/** The spec without where it comes from. */
function meaning(text: string): unknown {
  const { spec } = loadSpec(files(text), FILE, { name: 'web' });
  return spec === null
    ? null
    : JSON.parse(JSON.stringify(spec, (name, one: unknown) => (name === 'why' || name === 'key' ? undefined : typeof one === 'bigint' ? String(one) : one)));
}

const blanks = fc.constantFrom('', ' ', '  ', '\t');
const rows = KEYS.filter(
  ({ name, grammar }) =>
    !name.startsWith('lxc.net') && !['include', 'clear'].includes(grammar.kind) && name !== 'lxc.mount.fstab' && name !== 'lxc.rootfs.path',
);
const line = fc.constantFrom(...rows).chain((entry) => {
  const names = [entry.name, ...(entry.old ?? [])].map((name) => (name.endsWith('.') ? name + (entry.members?.[0] ?? 'net.core') : name));
  const values = entry.name === 'lxc.seccomp.profile' || entry.name === 'holdfast.seccomp.weights' ? ['/srv/policy'] : grammarText(entry.grammar).valid;
  return fc
    .tuple(blanks, fc.constantFrom(...names), blanks, blanks, fc.constantFrom(...values, ''))
    .map(([a, key, b, c, value]) => `${a}${key}${b}=${c}${value}`);
});
const interfaces = fc
  .array(
    fc.constantFrom(
      'lxc.network.type = veth',
      'lxc.network.link = br0',
      'lxc.network.ipv4 = 10.0.0.2/24',
      'lxc.network.type = empty',
      'lxc.network.type =',
      'lxc.network.flags = up',
    ),
    { maxLength: 5 },
  )
  .map((lines) => ['lxc.network.type = veth', ...lines]);
const other = fc.constantFrom(
  '# lxc.utsname = old',
  '',
  '   # lxc.cgroup.cpu.shares',
  'lxc.kmsg = 0',
  'lxc.cgroup.cpu.shares = 512',
  'lxc.cgroup.memory.limit_in_bytes = 1G',
  'lxc.cgroup.devices.deny = a',
);
const text = fc
  .tuple(fc.array(fc.oneof({ weight: 4, arbitrary: line }, other), { maxLength: 12 }), interfaces, fc.constantFrom('\n', '\r\n'))
  .map(([lines, net, end]) => ['lxc.rootfs.path = /srv/web', ...lines, ...net].join(end) + end);

describe('properties', () => {
  test.each(GENERATIONS)('to %s: nothing is left to do afterwards, and comments stay', (to) => {
    fc.assert(
      fc.property(text, fc.boolean(), (content, force) => {
        const once = upgraded(content, to, force);
        const twice = upgraded(once.text, to, force);
        expect(twice.text).toBe(once.text);
        for (const comment of content.split(/\r?\n/).filter((one) => one.trim().startsWith('#'))) expect(once.text).toContain(comment);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['2.1', '6.0'] as const)('to %s, where no group changes its version: the same container', (to) => {
    fc.assert(
      fc.property(text, (content) => {
        const { text: now, reading } = upgraded(content, to);
        fc.pre(!hasErrors(reading.diagnostics));
        expect(meaning(now)).toEqual(meaning(content));
        const codes = readConfig(files(now), FILE, { attach: false }).diagnostics.map(({ code }) => code);
        expect(codes).not.toContain('HF111'); // an old name
        expect(codes).not.toContain('HF112'); // a removed key
      }),
      { numRuns: 700 },
    );
  });

  test('to 1.0 and back: the same container', () => {
    fc.assert(
      fc.property(text, (content) => {
        const { text: old, reading } = upgraded(content, '1.0');
        fc.pre(!hasErrors(reading.diagnostics));
        if (!content.includes('cgroup2')) expect(meaning(old)).toEqual(meaning(content));
        const { text: back } = upgraded(old, '6.0');
        expect(meaning(back)).toEqual(meaning(old));
      }),
      { numRuns: 500 },
    );
  });

  test('to 7.0: the same container, and each group value is its equivalent or is told about', () => {
    fc.assert(
      fc.property(text, (content) => {
        const { text: now, diagnostics, reading } = upgraded(content, '7.0');
        fc.pre(!hasErrors(reading.diagnostics));
        const [was, is] = [meaning(content), meaning(now)] as ({ cgroup: { values: CgroupValue[] } } | null)[];
        if (!was || !is) {
          expect(is).toEqual(was);
          return;
        }
        expect({ ...is, cgroup: { ...is.cgroup, values: [] } }).toEqual({ ...was, cgroup: { ...was.cgroup, values: [] } });
        const told = diagnostics.filter(({ code }) => code === 'HF170').length;
        const left = is.cgroup.values.filter(({ version }) => version === 1).length;
        expect(left).toBeLessThanOrEqual(told);
        const others = (file: string) => was.cgroup.values.findLast((one) => one.version === 1 && one.file === file)?.value;
        for (const one of was.cgroup.values.filter(({ version }) => version === 1)) {
          const there = equivalent(1, one.file, one.value, others);
          if (there.kind === 'value') expect(is.cgroup.values).toContainEqual(expect.objectContaining({ version: 2, file: there.file, value: there.value }));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('in words', () => {
  const OLD = [
    '# a container of LXC 1',
    'lxc.utsname = web   ',
    'lxc.rootfs = /srv/web',
    'lxc.rootfs.backend = dir',
    '  lxc.network.type=veth',
    'lxc.network.link = "br0"',
    'lxc.network.ipv4 = 10.0.0.2/24',
    'lxc.network.type = empty',
    'lxc.kmsg = 0',
    'lxc.id_map = u 0 100000 65536',
    'lxc.limit.nofile = 100',
    'lxc.cgroup.cpu.shares = 512 ',
    'lxc.cgroup.cpu.cfs_period_us = 50000',
    'lxc.cgroup.cpu.cfs_quota_us = 25000',
    'lxc.cgroup.memory.limit_in_bytes = 128M',
    'lxc.cgroup.memory.soft_limit_in_bytes = 64M',
    'lxc.cgroup.net_cls.classid = 5',
    '',
  ].join('\n');

  test('everything of LXC 1, for today', () => {
    const { text: now, diagnostics } = upgraded(OLD, '7.0');
    expect(now.split('\n')).toEqual([
      '# a container of LXC 1',
      'lxc.uts.name = web   ',
      'lxc.rootfs.path = dir:/srv/web',
      '  lxc.net.0.type=veth',
      'lxc.net.0.link = "br0"',
      'lxc.net.0.ipv4.address = 10.0.0.2/24',
      'lxc.net.1.type = empty',
      '# without effect since LXC 2.1: lxc.kmsg = 0',
      'lxc.idmap = u 0 100000 65536',
      'lxc.prlimit.nofile = 100',
      'lxc.cgroup2.cpu.weight = 59 ',
      'lxc.cgroup2.cpu.max = 25000 50000',
      'lxc.cgroup2.memory.max = 128M',
      'lxc.cgroup2.memory.low = 64M',
      'lxc.cgroup.net_cls.classid = 5',
      '',
    ]);
    expect(diagnostics.map((one) => `${one.code} ${one.span?.line} ${diagnosticText(one).message}`)).toEqual([
      expect.stringMatching(/^HF171 16 .*memory\.low.* not quite the same/),
      expect.stringMatching(/^HF170 17 LXC 7\.0 has nothing for 'lxc\.cgroup\.net_cls\.classid'/),
    ]);
    expect(upgraded(OLD, '7.0', true).text).toContain('# not in LXC 7.0: lxc.cgroup.net_cls.classid = 5');
  });

  test('today for LXC 1', () => {
    const today = 'lxc.uts.name = web\nlxc.net.0.type = veth\nlxc.net.0.ipv4.address = 10.0.0.2/24\nlxc.cgroup2.memory.max = max\nlxc.sched.core = 1\n';
    const { text: old, diagnostics } = upgraded(today, '1.0');
    expect(old).toBe('lxc.utsname = web\nlxc.network.type = veth\nlxc.network.ipv4 = 10.0.0.2/24\nlxc.cgroup.memory.limit_in_bytes = -1\nlxc.sched.core = 1\n');
    expect(diagnostics.map(({ code, data }) => [code, data['key']])).toEqual([['HF170', 'lxc.sched.core']]);
    const apart = 'lxc.net.0.link = br0\nlxc.net.0.type = veth\n';
    expect(upgraded(apart, '1.0')).toMatchObject({ text: apart, diagnostics: [{ code: 'HF170' }, { code: 'HF170' }] });
  });
});

const SHIPPED = '/usr/share/lxc/config';
test.skipIf(!existsSync(SHIPPED))(`every file of Debian's lxc needs nothing for 6.0 and means the same`, () => {
  const names = readdirSync(SHIPPED).filter((name) => name.endsWith('.conf'));
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const content = readFileSync(join(SHIPPED, name), 'utf8');
    expect(upgraded(content, '6.0').text, name).toBe(content);
  }
});
