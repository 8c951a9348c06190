// The record of a running container: what is written is read again, whatever stands in it; anything else is nobody's record.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legacy, value } from '../controls/cgroups/testing.ts';
import { aHost, aSpec, ids, line, named, net, rlimit, set } from '../controls/namespaces/testing.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { parseRecord, recordText } from './record.ts';

const options = { loaded: null, configPath: '/var/lib/lxc/web/config', reaper: false };

function roundTrip(spec: ContainerSpec, pid = 4711, host = aHost()) {
  const { before, after } = recordText(spec, host, options);
  return parseRecord(`${before}${pid}${after}`);
}

describe('what is written is read again', () => {
  test('with the pid of init in its place', () => {
    expect(roundTrip(aSpec())).toMatchObject({ format: 1, init: 4711, name: 'web', config: options.configPath, filter: null });
    expect(roundTrip(aSpec(), 1)?.init).toBe(1);
  });

  test('the filter as its very bytes, and what it is loaded with', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (filter) => {
        const { before, after } = recordText(aSpec(), aHost(), { ...options, loaded: { filter, flags: ['SECCOMP_FILTER_FLAG_LOG'] } });
        const record = parseRecord(`${before}1${after}`);
        expect([...Buffer.from(record?.filter ?? '', 'base64')]).toEqual([...filter]);
        expect(record?.filterFlags).toEqual(['SECCOMP_FILTER_FLAG_LOG']);
      }),
    );
  });

  test('numbers of 64 bits, of capabilities and of limits', () => {
    const host = aHost({ capabilities: { effective: 2n ** 63n + 1n, bounding: (1n << 41n) - 1n } });
    expect(roundTrip(aSpec(), 5, host)?.host.capabilities).toEqual(host.capabilities);
    expect(roundTrip(aSpec({ proc: [named('proc', 'oom_score_adj', '5')], rlimits: [rlimit('as', 2n ** 62n, null)] }))).not.toBeNull();
  });

  test('what attach and stop decide by is as it was: ids, capabilities, credentials, signals, namespaces, groups', () => {
    const spec = aSpec({
      idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')],
      capabilities: { mode: 'keep', names: [set('chown', 3)], why: line(3) },
      init: { ...aSpec().init, uid: set(1000, 4), gid: set(1000, 4), groups: set([5, 6], 4) },
      signals: { halt: set(15, 6), reboot: set(2), stop: set(9) },
      noNewPrivs: set(true, 5),
      cgroup: { ...aSpec().cgroup, values: [value('lxc.cgroup.memory.limit_in_bytes = 128M', 8)] },
    });
    const record = roundTrip(spec, 7, legacy());
    const values = (one: ContainerSpec | undefined) =>
      one && [
        one.idmap.map((range) => range.value),
        one.capabilities.names.map((name) => name.value),
        one.init.uid.value,
        one.init.groups?.value,
        one.noNewPrivs.value,
        one.signals.halt.value,
      ];
    expect(values(record?.spec)).toEqual(values(spec));
    expect(record?.namespaces).toContain('user');
    expect(record?.cgroups.length).toBeGreaterThan(0);
    for (const { path, mountPoint } of record?.cgroups ?? []) expect(path.startsWith(`${mountPoint}/`)).toBe(true);
  });

  test('without what is over: mounts, policies, lines of the configuration', () => {
    const secret = 'a-very-long-secret';
    const mounts = [{ source: `/${secret}`, target: 'x', fstype: 'none', options: ['bind'], optional: false, create: null, why: line(9) }];
    const { before, after } = recordText(
      aSpec({ mounts, seccomp: { value: { path: 'p', text: `2\nallowlist\n# ${secret}\n` }, why: line(1) }, network: [net('empty')] }),
      aHost(),
      options,
    );
    expect(before + after).not.toContain(secret);
    expect(before + after).not.toContain('"span"');
    expect(after.endsWith('}\n')).toBe(true);
  });

  test('whatever words stand in the configuration, the one for the pid too', () => {
    const word = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('@init@', '"@init@"', '"init":"@init@"', '{"bigint":"1"}', '\u2028', '\\', '日本'));
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 4_194_304 }), (name, text, pid) => {
        const record = roundTrip(aSpec({ environment: [{ name, value: text, why: line(1) }], hostname: set(text, 2) }), pid);
        expect(record?.init).toBe(pid);
        expect(record?.spec.environment).toEqual([expect.objectContaining({ name, value: text })]);
        expect(record?.spec.hostname?.value).toBe(text);
      }),
    );
  });
});

describe('nobody reads', () => {
  const { before, after } = recordText(aSpec(), aHost(), options);
  const whole = `${before}4711${after}`;

  test('a record that is being written', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: whole.length - 2 }), (length) => parseRecord(whole.slice(0, length)) === null));
    expect(parseRecord(whole.slice(0, -1))).not.toBeNull(); // all but the end of the line
  });

  test.each([
    '',
    'null',
    '[]',
    '1',
    '"x"',
    '{}',
    '{"format":1}',
    '{"format":1,"init":"1"}',
    '{"format":1,"init":1.5}',
    before + after,
    whole.replace('"format":1', '"format":2'),
  ])('%#', (text) => {
    expect(parseRecord(text)).toBeNull();
  });
});
