// The same configuration read by Debian's LXC and by Holdfast: whether it is taken, and what each key holds then (lxc-info -c KEY and
// `holdfast config get`). Every difference has a row in test/support/config-differences.ts and its reason in docs/config-differences.md;
// one without a row fails, and so does a row that nothing shows.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadSpec, showKey } from '../../src/config/index.ts';
import { hostFiles } from '../../src/host/files.ts';
import { realMachine } from '../../src/host/machine.ts';
import { hasErrors } from '../../src/model/diagnostic.ts';
import { CONFIG_DIFFERENCES } from '../support/config-differences.ts';
import { mixedProbe, oldProbes, type Probe, SHARED_KEYS, singleProbes } from '../support/config-probes.ts';
import { lxcAnswers } from '../support/lxc-info.ts';
import { ROOT } from '../support/modules.ts';
import { needing } from '../support/needs.ts';

const MIXED = 300;
const directory = mkdtempSync(join(tmpdir(), 'holdfast-get-'));
const files = hostFiles(realMachine());
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What LXC names twice in a family is one key's history: only the order within a key means something. */
const inFamily = (key: string, values: readonly string[]): readonly string[] => (FAMILIES.includes(key) ? [...values].sort(byKey) : values);
const FAMILIES = ['lxc.cgroup', 'lxc.cgroup2', 'lxc.proc'];
const byKey = (one: string, other: string): number => (one.split(' =')[0] ?? '').localeCompare(other.split(' =')[0] ?? '');

function holdfastAnswers(settings: Parameters<typeof showKey>[0], key: string): readonly string[] {
  const shown = showKey(settings, key);
  if (shown.kind !== 'held') throw new Error(`${key} is ${shown.kind}`);
  const texts = shown.values.map((value) => (value.key === key ? value.text : `${value.key} = ${value.text}`));
  return shown.joined === null || texts.length === 0 ? texts : [texts.join(shown.joined)];
}

/** All differences, as lines. */
async function differences(probe: Probe, name: string): Promise<readonly string[]> {
  const here = join(directory, `${name}.files`);
  for (const [file, text] of Object.entries(probe.files)) {
    mkdirSync(dirname(join(here, file)), { recursive: true });
    writeFileSync(join(here, file), text);
  }
  const theirs = await lxcAnswers(directory, name, `lxc.rootfs.path = /srv\n${probe.text.replaceAll('$HERE', here)}\n`, probe.keys);
  const { reading, diagnostics } = loadSpec(files, join(directory, name, 'config'), { name, command: ['true'] });
  const refused = hasErrors(diagnostics);
  if (theirs === null) return refused ? [] : [`LXC refuses, Holdfast takes: ${probe.title}`];
  if (refused) return [`LXC takes, Holdfast refuses: ${probe.title}`];
  return probe.keys.flatMap((key) => {
    const ours = inFamily(key, holdfastAnswers(reading.settings, key));
    const answer = theirs.get(key) ?? null;
    // A key of an interface that is not there is invalid for one and holds nothing for the other.
    if (answer === null && ours.length === 0) return [];
    const their = answer === null ? ['no answer'] : inFamily(key, answer);
    const [left, right] = [their, ours].map((values) => (values.length === 0 ? 'nothing' : values.join('; ')));
    return left === right ? [] : [`${key}: LXC ${left}, Holdfast ${right}`];
  });
}

const ROWS = Object.entries(CONFIG_DIFFERENCES).flatMap(([id, patterns]) => patterns.map((pattern) => ({ id, pattern })));
const seen = new Set<RegExp>();
let compared = 0;

/** The differences that have no row, or several. */
async function unlisted(probes: readonly Probe[]): Promise<readonly string[]> {
  const queue = [...probes];
  const found = new Set<string>();
  const work = async (): Promise<void> => {
    for (let probe = queue.shift(); probe; probe = queue.shift()) {
      for (const line of await differences(probe, `c${compared++}`)) {
        const rows = ROWS.filter(({ pattern }) => pattern.test(line));
        for (const { pattern } of rows) seen.add(pattern);
        if (rows.length !== 1) found.add(`${rows.map(({ id }) => id).join(' and ') || 'no row'}: ${line} (${probe.title})`);
      }
    }
  };
  await Promise.all([work(), work(), work()]);
  return [...found];
}

const one = (title: string, keys: readonly string[], text = title.replaceAll(' | ', '\n')): Probe => ({ title, text, files: {}, keys });

/** What the table's samples do not show. */
const OTHERS: readonly Probe[] = [
  ...['LXC.tty.max = 1', 'lcx.tty.max = 1', 'tty.max = 1', 'lxc.init.cmd = sh "a', 'lxc.cgroup.dir = a | lxc.cgroup.dir.container = b'].map((line) =>
    one(line, []),
  ),
  ...['lxc.net.0.link =', 'lxc.net.0.veth.mode = bridge | lxc.net.0.type = veth', 'lxc.namespace.clone = mount network'].map((line) => one(line, [])),
  ...['lxc.idmap = b 0 100000 65536', 'lxc.time.offset.boot = -5h', 'lxc.net.3.type = vlan | lxc.net.3.vlan.id = 4095'].map((line) => one(line, [])),
  one('lxc.uts.name = a\\0b', [], 'lxc.uts.name = a\0b'),
  one('lxc.net.0.link = br0 | lxc.net.0.type = veth', ['lxc.net.0.link']),
  one('lxc.net.0.type = veth | lxc.net.0.link = br0 | lxc.net.0.type = veth', ['lxc.net.0.link', 'lxc.net.0.type']),
  one('lxc.net.0.type = veth | lxc.net.0.hwaddr = 00:16:3e:xx:xx:xx', ['lxc.net.0.hwaddr']),
  one('lxc.net.0.type = veth | lxc.net.0.ipv4.address = 10.0.3.2', ['lxc.net.0.ipv4.address']),
  one('lxc.net.0.type = veth | lxc.net.0.ipv4.gateway = dev | lxc.net.0.ipv4.gateway = 10.0.3.1', ['lxc.net.0.ipv4.gateway']),
  one('lxc.net.0.type = veth | lxc.net.0.type =', ['lxc.net.0.type', 'lxc.net']),
  one('lxc.net.0.type = veth | lxc.net.1.type = none | lxc.net.0 =', ['lxc.net.0.type', 'lxc.net.1.type', 'lxc.net']),
  one('lxc.net.007.type = veth | lxc.net =', ['lxc.net.7.type', 'lxc.net']),
  one('lxc.environment = PATH', ['lxc.environment']),
  one('lxc.cap.keep = none', ['lxc.cap.keep']),
  one('lxc.cap.keep = kill none chown', ['lxc.cap.keep']),
  one('lxc.mount.auto = cgroup2 proc', ['lxc.mount.auto']),
  one('lxc.mount.auto = cgroup:ro:force sys:rw | lxc.mount.auto = sys:ro', ['lxc.mount.auto']),
  one('lxc.mount.auto = proc shmounts:/a:/b', ['lxc.mount.auto']),
  one('lxc.prlimit.core = 1 | lxc.prlimit.cpu = 2 | lxc.prlimit.core = 3', ['lxc.prlimit', 'lxc.prlimit.core']),
  one('lxc.sysctl.a = 1 | lxc.sysctl.b = 2 | lxc.sysctl.a = 3', ['lxc.sysctl', 'lxc.sysctl.a']),
];

/** Files of the packages, each included behind a root. */
const SHIPPED = '/usr/share/lxc/config';
const shipped = (): readonly Probe[] =>
  readdirSync(SHIPPED)
    .filter((name) => name.endsWith('.conf'))
    .map((name) => one(`lxc.include = ${SHIPPED}/${name}`, SHARED_KEYS));

describe('LXC and Holdfast read configurations alike, except as listed', () => {
  const it = needing('lxc');

  it('every key with every sample of its grammar, alone', async () => {
    const probes = singleProbes();
    expect(await unlisted(probes)).toEqual([]);
    expect(probes.length).toBeGreaterThan(600);
  }, 120_000);

  it('names of LXC 1 and 2.0, and what samples do not show', async () => {
    expect(await unlisted([...oldProbes(), ...OTHERS])).toEqual([]);
  });

  it('the files that LXC ships', async () => {
    const probes = existsSync(SHIPPED) ? shipped() : [];
    expect(probes.length).toBeGreaterThan(5);
    expect(await unlisted(probes)).toEqual([]);
  });

  it(`${MIXED} configurations of many lines, every key of each`, async () => {
    expect(await unlisted(Array.from({ length: MIXED }, (_, seed) => mixedProbe(seed)))).toEqual([]);
  }, 120_000);

  it('and every row is shown', () => {
    expect(ROWS.filter(({ pattern }) => !seen.has(pattern)).map(({ id, pattern }) => `${id}: ${pattern}`)).toEqual([]);
  });
});

test('docs/config-differences.md lists exactly these differences', () => {
  const page = readFileSync(join(ROOT, 'docs/config-differences.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id = '']) => id);
  expect([...listed].sort()).toEqual(Object.keys(CONFIG_DIFFERENCES).sort());
});
