// What the kernel executes for each use of a device: our program for Debian's common.conf against the one that lxc-start attaches for
// the same lines, both run by the simulator, so that the counts are exact.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decodeEbpf, type EbpfInstruction } from '../../../src/bpf/ebpf/instruction.ts';
import { simulateEbpf } from '../../../src/bpf/ebpf/simulate.ts';
import { contextOf, deviceProgram } from '../../../src/controls/devices/ebpf.ts';
import { readRule } from '../../../src/controls/devices/rule.ts';
import { type DeviceUse, tableOf } from '../../../src/controls/devices/table.ts';
import { CONSTANTS as C } from '../../../src/kernel/constants.gen.ts';
import { needing } from '../../support/needs.ts';
import { run } from '../../support/run.ts';
import { lxcContainers } from './lxc-container.ts';

const it = needing('root', 'busybox', 'lxc', 'cgroup2');
const make = lxcContainers();
/** Of what it costs LXC, at most this. */
const SHARE = 0.6;
const LINES = readFileSync('/usr/share/lxc/config/common.conf', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('lxc.cgroup2.devices.'));

/** Devices that programs open all the time, and some that they may not. */
const USES: readonly DeviceUse[] = (
  [
    ['c', 1, 3, 'rw'],
    ['c', 1, 3, 'w'],
    ['c', 1, 5, 'r'],
    ['c', 1, 7, 'w'],
    ['c', 1, 8, 'r'],
    ['c', 1, 9, 'r'],
    ['c', 5, 0, 'rw'],
    ['c', 5, 1, 'rw'],
    ['c', 5, 2, 'rw'],
    ['c', 136, 0, 'rw'],
    ['c', 136, 7, 'r'],
    ['c', 10, 229, 'rw'],
    ['c', 1, 1, 'r'],
    ['c', 4, 64, 'rw'],
    ['b', 8, 0, 'r'],
    ['b', 8, 0, 'm'],
  ] as const
).map(([type, major, minor, rights]) => ({ type, major, minor, rights }));

function ourProgram() {
  const rules = LINES.map((line) => {
    const [, verb, value] = /devices\.(allow|deny)\s*=\s*(.*)$/.exec(line) ?? [];
    const rule = readRule(verb === 'deny' ? 'deny' : 'allow', value?.trim() ?? '', {});
    if ('reason' in rule) throw new Error(`${line}: ${rule.reason}`);
    return rule;
  });
  return deviceProgram(tableOf(rules));
}

const CLASS = 7;
const JUMPS: readonly number[] = [C.BPF_JMP | C.BPF_JA, C.BPF_JMP | C.BPF_EXIT];

/**
 * LXC's program works on 64 bits where ours works on 32. All it ever has are words that were loaded with zeros above them, and constants
 * that are not negative: on these the two do the same, and the simulator knows the short ones.
 */
function narrowed(instruction: EbpfInstruction): EbpfInstruction {
  const { code, imm } = instruction;
  expect(imm).toBeGreaterThanOrEqual(0);
  const kind = code & CLASS;
  if (kind === C.BPF_ALU64) return { ...instruction, code: (code & ~CLASS) | C.BPF_ALU };
  return kind === C.BPF_JMP && !JUMPS.includes(code) ? { ...instruction, code: (code & ~CLASS) | C.BPF_JMP32 } : instruction;
}

it('a check of a device takes at most 60 % of the instructions that it takes under lxc-start', async () => {
  expect(LINES.length).toBeGreaterThan(10);
  const container = make('cost', ['lxc.apparmor.profile = unconfined', ...LINES]);
  expect(await container.start()).toMatchObject({ code: 0 });
  const shown = await run(['bpftool', '-j', 'cgroup', 'show', '/sys/fs/cgroup/lxc.payload.cost']);
  const [attached] = JSON.parse(shown.stdout) as readonly { readonly id: number; readonly attach_type: string }[];
  expect(attached?.attach_type).toMatch(/device/);
  const file = join(container.rootfs, 'program');
  expect(await run(['bpftool', 'prog', 'dump', 'xlated', 'id', String(attached?.id), 'file', file])).toMatchObject({ code: 0 });
  const theirs = decodeEbpf(readFileSync(file)).map(narrowed);
  const ours = ourProgram();
  const counts = USES.map((use) => {
    const [one, other] = [ours, theirs].map((program) => simulateEbpf(program, contextOf(use)));
    return { use: `${use.type} ${use.major}:${use.minor} ${use.rights}`, ours: one?.steps ?? 0, theirs: other?.steps ?? 0, same: one?.value === other?.value };
  });
  expect(counts.filter(({ same }) => !same)).toEqual([]);
  const sum = (of: 'ours' | 'theirs') => counts.reduce((total, one) => total + one[of], 0);
  const table = counts.map(({ use, ours: one, theirs: other }) => `${use}: ${one}/${other}`).join(', ');
  expect(sum('ours') / sum('theirs'), `${table}; ${ours.length}/${theirs.length} long`).toBeLessThanOrEqual(SHARE);
  expect(counts.filter((one) => one.ours > one.theirs)).toEqual([]);
});
