// How long the filters take to compile, warm: wall time and processor time, from the parsed policy to bytes, and for Docker's
// profile from the text of its JSON. "For three architectures" is x86_64 with x32 and x86; arm64 with arm is measured beside it.

import { readFileSync } from 'node:fs';
import { encodeProgram } from '../src/bpf/instruction.ts';
import { generateFilter } from '../src/controls/seccomp/generate.ts';
import { parseProfile } from '../src/controls/seccomp/oci/index.ts';
import { CONVENTIONS, type Policy } from '../src/controls/seccomp/policy.ts';
import { resolvePolicy } from '../src/controls/seccomp/resolve.ts';
import { sectionName } from '../src/controls/seccomp/sections.ts';
import { CAPABILITIES } from '../src/kernel/capabilities.gen.ts';
import type { Machine } from '../src/kernel/constant.ts';
import { table } from './report.mjs';
import { judgedPolicies } from './seccomp-filters.ts';

const WARM_UP = 50; // compilations until the JIT has seen all of it
const RUNS = 100;
const PROFILE = 'src/controls/seccomp/testing/docker-default.json';
const MACHINES = ['x86_64', 'arm64'] as const;

export function compilingText(): string {
  const text = readFileSync(PROFILE, 'utf8');
  const capabilities = new Set<number>(Object.values(CAPABILITIES));
  const fromText = (machine: Machine): Uint8Array => {
    const { policy } = parseProfile(text, PROFILE, { machine, kernel: { major: 6, minor: 18 }, capabilities });
    if (policy === null) throw new Error(`${PROFILE} is faulty`);
    return bytes(policy, machine);
  };
  const rows = MACHINES.flatMap((machine) => [
    ...judgedPolicies().map(({ name, policy }) => [name, ...measured(machine, () => bytes(policy, machine))]),
    ["Docker's default profile, from its JSON", ...measured(machine, () => fromText(machine))],
  ]);
  const head = ['milliseconds', 'for', 'instructions', 'minimum', 'median', 'processor time, mean'];
  return `## Compiling, warm\n\n${RUNS} times in one process, after ${WARM_UP}.\n\n${table(head, rows)}`;
}

function bytes(policy: Policy, machine: Machine): Uint8Array {
  return encodeProgram(generateFilter(resolvePolicy(policy, machine)));
}

function measured(machine: Machine, once: () => Uint8Array): readonly (string | number)[] {
  for (let i = 0; i < WARM_UP; i++) once();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < RUNS; i++) {
    const begin = performance.now();
    once();
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const [min = Number.NaN] = times;
  const median = times[RUNS >> 1] ?? Number.NaN;
  const instructions = once().length / 8;
  return [CONVENTIONS[machine].map(sectionName).join(', '), instructions, ...[min, median, (user + system) / 1000 / RUNS].map((one) => one.toFixed(2))];
}
