// Device lists against the kernel: what the v1 controller and what the BPF program on the unified hierarchy let a container do, asked
// by mknod(2) and by open(2) in all modes from inside, is what the decision table says.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type DeviceRule, readRule, ruleText } from '../../src/controls/devices/rule.ts';
import { allows, type DeviceUse, tableOf } from '../../src/controls/devices/table.ts';
import { randomRules } from '../../src/controls/devices/testing/random-rules.ts';
import { startContainer } from '../support/container.ts';
import { containers } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const MEANS = { v1: needing('root', 'busybox', 'cgroup1'), v2: needing('root', 'busybox', 'cgroup2-mount') } as const;

type Device = Omit<DeviceUse, 'rights'>;
const device = (text: string): Device => {
  const [type, numbers = ''] = text.split(' ');
  const [major = 0, minor = 0] = numbers.split(':').map(Number);
  return { type: type === 'b' ? 'b' : 'c', major, minor };
};

/** The answers of one container: `c 1:3 rw` -> was it let do that? Opening says EPERM for a list, and something else for what has no driver. */
async function asked(lines: readonly string[], devices: readonly Device[]): Promise<ReadonlyMap<string, boolean>> {
  const name = ({ type, major, minor }: Device) => `${type}-${major}-${minor}`;
  const script = devices.flatMap((one) => {
    const label = `${one.type} ${one.major}:${one.minor}`;
    const numbers = `${one.type} ${one.major} ${one.minor}`;
    return [
      `try '${label} m' mknod /tmp/new-${name(one)} ${numbers}`,
      ...[
        ['r', '<'],
        ['w', '>'],
        ['rw', '<>'],
      ].map(([rights, how]) => `try '${label} ${rights}' eval ': ${how} /nodes/${name(one)}'`),
    ];
  });
  const begin =
    'try() { label="$1"; shift; ( "$@" ) 2> /tmp/errors; error=; IFS= read -r error < /tmp/errors; case "$error" in *"not permitted"*) echo "$label 0";; *) echo "$label 1";; esac; }';
  const container = make(lines, [begin, ...script].join('\n'));
  mkdirSync(join(container.rootfs, 'nodes'));
  for (const one of devices) execFileSync('mknod', [join(container.rootfs, 'nodes', name(one)), one.type, String(one.major), String(one.minor)]);
  const done = await startContainer(container, { timeoutMs: 90_000 });
  expect(done.code).toBe(0);
  expect(done.stderr).toBe('');
  return new Map(
    done.stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, -2), line.endsWith('1')]),
  );
}

function expected(rules: readonly DeviceRule[], devices: readonly Device[]): ReadonlyMap<string, boolean> {
  const table = tableOf(rules);
  return new Map(
    devices.flatMap((one) =>
      ['m', 'r', 'w', 'rw'].map((rights) => [`${one.type} ${one.major}:${one.minor} ${rights}`, allows(table, { ...one, rights })] as const),
    ),
  );
}

/** The rules of a configuration, by whichever version they are for. */
function rulesIn(lines: readonly string[]): readonly DeviceRule[] {
  return lines.flatMap((line) => {
    const [, verb, text = ''] = /^lxc\.cgroup2?\.devices\.(allow|deny) = (.*)$/.exec(line) ?? [];
    const read = verb === 'allow' || verb === 'deny' ? readRule(verb, text, {}) : null;
    return read === null || 'reason' in read ? [] : [read];
  });
}

const ARTICLE = [
  'deny = a',
  ...[
    'c *:* m',
    'b *:* m',
    'c 1:3 rwm',
    'c 1:5 rwm',
    'c 5:0 rwm',
    'c 5:1 rwm',
    'c 1:8 rwm',
    'c 1:9 rwm',
    'c 5:2 rwm',
    'c 136:* rwm',
    'c 254:0 rm',
    'c 10:229 rwm',
    'c 10:200 rwm',
    'c 1:7 rwm',
    'c 10:228 rwm',
    'c 10:232 rwm',
  ].map((rule) => `allow = ${rule}`),
].map((rule) => `lxc.cgroup.devices.${rule}`);
/** Beside those that a list names; none of these opens for long, or is read to the end. */
const OTHERS = ['c 1:1', 'c 1:2', 'c 1:4', 'c 1:11', 'c 4:0', 'c 4:1', 'c 10:237', 'c 136:1', 'b 1:3', 'b 7:0', 'b 8:0', 'b 136:0', 'c 7:0'].map(device);

function named(rules: readonly DeviceRule[]): readonly Device[] {
  const all = rules.flatMap((rule) => (rule.kind === 'some' && rule.major !== null ? [{ type: rule.type, major: rule.major, minor: rule.minor ?? 0 }] : []));
  const known = new Map([...all, ...OTHERS].map((one) => [JSON.stringify([one.type, one.major, one.minor]), one]));
  return [...known.values()];
}

for (const [means, it] of Object.entries(MEANS)) {
  describe(means, () => {
    const asksFor = `holdfast.devices = ${means}`;

    it("the article's list, every line, in all modes", async () => {
      const rules = rulesIn(ARTICLE);
      expect(rules).toHaveLength(ARTICLE.length);
      expect(await asked([asksFor, ...ARTICLE], named(rules))).toEqual(expected(rules, named(rules)));
    });

    it("today's common.conf, every line, in all modes", async () => {
      const lines = readFileSync('/usr/share/lxc/config/common.conf', 'utf8')
        .split('\n')
        .filter((line) => line.includes('.devices.'));
      const rules = rulesIn(lines);
      expect(rules).toHaveLength(26);
      expect(await asked([asksFor, ...lines], named(rules))).toEqual(expected(rules, named(rules)));
    });

    it('a list with holes that LXC leaves: rules for v2 alone, a ban on writing, rights of two lines', async () => {
      const devices = ['c 1:3', 'c 1:5', 'c 1:7', 'c 10:229'].map(device);
      for (const lines of [
        ['lxc.cgroup2.devices.deny = a'],
        ['lxc.cgroup2.devices.deny = c 1:5 w'],
        ['lxc.cgroup2.devices.deny = c 1:5 rwm'],
        ['lxc.cgroup.devices.deny = a', 'lxc.cgroup2.devices.allow = c 1:3 r', 'lxc.cgroup2.devices.allow = c 1:3 w'],
      ]) {
        expect(await asked([asksFor, ...lines], devices)).toEqual(expected(rulesIn(lines), devices));
      }
    });

    it('random lists', async () => {
      // Devices with a driver that opens at once, and numbers that nobody has.
      const devices = ['c 1:3', 'c 1:5', 'c 1:9', 'c 5:0', 'b 1:3', 'b 7:1', 'b 7:9', 'c 136:1'].map(device);
      for (const rules of fc.sample(randomRules, 6)) {
        const lines = rules.map((rule) => `lxc.cgroup.devices.${rule.verb} = ${ruleText(rule)}`);
        expect({ lines, answers: await asked([asksFor, ...lines], devices) }).toEqual({ lines, answers: expected(rules, devices) });
      }
    });
  });
}
