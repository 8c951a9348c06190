// Addresses against Node's own reader and printer of them (libuv's inet_pton and inet_ntop).

import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKey } from '../keys/lookup.ts';
import { parseValue } from '../parse-value.ts';
import { addressText } from './address.ts';

const hex = fc.oneof(
  fc.constantFrom('0', '00', '0000', '1', 'ffff', 'FFFF', '', '12345', 'g'),
  fc.integer({ min: 0, max: 0xffff }).map((group) => group.toString(16)),
);
const octet = fc.oneof(fc.constantFrom('0', '00', '01', '255', '256', '', 'x', '1000'), fc.integer({ min: 0, max: 255 }).map(String));
const four = fc.array(octet, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));
const six = fc
  .tuple(fc.array(hex, { maxLength: 9 }), fc.constantFrom('', '::', ':'), fc.array(hex, { maxLength: 5 }), fc.option(four, { nil: '' }))
  .map(([head, middle, tail, dotted]) => head.join(':') + middle + [...tail, ...(dotted === '' ? [] : [dotted])].join(':'));

test('an IPv4 address is one exactly where Node says so, and is printed alike', () => {
  fc.assert(
    fc.property(four, (text) => {
      expect(addressText(text, 4)).toBe(isIPv4(text) ? text : null);
    }),
    { numRuns: 2000 },
  );
});

test('an IPv6 address is one exactly where Node says so, and is printed alike', () => {
  let seen = 0;
  fc.assert(
    fc.property(six, (text) => {
      const known = isIPv6(text);
      if (known) seen++;
      expect(addressText(text, 6)).toBe(known ? new SocketAddress({ address: text, family: 'ipv6' }).address : null);
    }),
    { numRuns: 5000 },
  );
  expect(seen).toBeGreaterThan(50);
});

test.each(['::', '::1', '1::', 'fd00:0:0:1::', '1:0:0:2:0:0:0:3', '::ffff:10.0.3.2', '::10.0.3.2', '1:2:3:4:5:6:7:8', '1:0:3:4:5:6:7:8', '64:ff9b::10.0.0.1'])(
  '%s',
  (text) => {
    expect(addressText(text, 6)).toBe(new SocketAddress({ address: text, family: 'ipv6' }).address);
  },
);

/** Parses: the value, or the part that is blamed. */
function read(key: string, text: string): string {
  const match = findKey(key);
  if (match.kind !== 'known') throw new Error(`${key} is no key`);
  const blamed: string[] = [];
  const at = (offset = 0, length = text.length - offset) => ({ kind: 'config', span: { file: 'f', line: 1, column: offset, length } }) as const;
  const value = parseValue(
    match.entry,
    { key: match.key, rest: match.rest, text, at },
    ({ span }) => blamed.push(text.slice(span?.column, (span?.column ?? 0) + (span?.length ?? 0))) > 0,
  );
  return value.kind === 'text' ? value.value : `wrong: ${blamed.join(' and ')}`;
}

// biome-ignore format: a case is a line
describe.each<readonly [key: string, cases: Readonly<Record<string, string>>]>([
  ['lxc.net.0.ipv4.address', { '10.0.3.2/24': '10.0.3.2/24', '10.0.3.2': '10.0.3.2', '10.0.3.2/24 10.0.3.255': '10.0.3.2/24 10.0.3.255', '10.0.3.2/33': 'wrong: 10.0.3.2/33',
    '10.0.3.2/24 x': 'wrong: x', '10.0.3.2/24 10.0.3.255 y': 'wrong: y', '10.0.3.2/': 'wrong: 10.0.3.2/', '10.0.3.2/1/2': 'wrong: 10.0.3.2/1/2', '/24': 'wrong: /24', 'fd00::1/64': 'wrong: fd00::1/64' }],
  ['lxc.net.0.ipv6.address', { 'FD00:0::1/64': 'fd00::1/64', 'fd00::1': 'fd00::1/64', 'fd00::1/129': 'wrong: fd00::1/129', 'fd00::1/64 fd00::2': 'wrong: fd00::2' }],
  ['lxc.net.0.veth.ipv4.route', { '10.0.3.0/24': '10.0.3.0/24', '10.0.3.0': 'wrong: 10.0.3.0', '10.0.3.0/24 10.0.3.255': 'wrong: 10.0.3.255' }],
  ['lxc.net.0.ipv4.gateway', { auto: 'auto', dev: 'dev', '10.0.3.1': '10.0.3.1', '10.0.3.1/24': 'wrong: 10.0.3.1/24' }],
  ['lxc.net.0.ipv6.gateway', { auto: 'auto', 'fd00::0001': 'fd00::1', AUTO: 'wrong: AUTO' }],
])('%s', (key, cases) => {
  test.each(Object.entries(cases))('%s', (text, expected) => {
    expect(read(key, text)).toBe(expected);
  });
});
