// How many instructions a filter executes for a call of the mix: exact, counted by the simulator.

import { readFileSync } from 'node:fs';
import type { Instruction } from '../src/bpf/instruction.ts';
import { simulate } from '../src/bpf/simulate.ts';
import { type Weights, weightsFor } from '../src/controls/seccomp/frequencies.ts';
import { generateFilter } from '../src/controls/seccomp/generate.ts';
import { AUDIT_ARCH, CONVENTIONS } from '../src/controls/seccomp/policy.ts';
import { resolvePolicy } from '../src/controls/seccomp/resolve.ts';
import { sectionName } from '../src/controls/seccomp/sections.ts';
import { CONSTANTS } from '../src/kernel/constants.gen.ts';
import { type Arch, syscallTable } from '../src/kernel/arch.ts';
import { type Filters, filtersOf, judgedPolicies } from './seccomp-filters.ts';
import { leastCost } from './seccomp-floor.ts';

interface Program {
  readonly name: string;
  readonly calls: Readonly<Record<string, number>>;
}

/** Every program of the mix has the same share. */
export function readMix(): Weights {
  const { programs } = JSON.parse(readFileSync('bench/seccomp-mix.json', 'utf8')) as { readonly programs: readonly Program[] };
  const mix: Record<string, number> = {};
  for (const { calls } of programs) {
    const total = Object.values(calls).reduce((sum, one) => sum + one, 0);
    for (const [name, count] of Object.entries(calls)) mix[name] = (mix[name] ?? 0) + count / total / programs.length;
  }
  return mix;
}

export interface Count {
  readonly policy: string;
  readonly arch: string;
  readonly ours: number;
  readonly theirs: number;
  readonly tree: number;
  /** What ours would be with the mix itself for weights. */
  readonly informed: number;
  /** What no filter of this policy can be below (seccomp-floor.ts). */
  readonly floor: number;
}

export function countAll(libseccomp: (script: string) => Uint8Array): readonly Count[] {
  const mix = readMix();
  return judgedPolicies().flatMap(({ name, policy }) =>
    (['x86_64', 'arm64'] as const).flatMap((machine) => {
      const filters: Filters = filtersOf(policy, machine, libseccomp);
      const informed = generateFilter(resolvePolicy(policy, machine), mix);
      return CONVENTIONS[machine].map((arch): Count => {
        const cost = (program: readonly Instruction[]) => costPerCall(program, arch, mix);
        const { ours, theirs, tree } = filters;
        return {
          policy: name,
          arch: sectionName(arch),
          ours: cost(ours),
          theirs: cost(theirs),
          tree: cost(tree),
          informed: cost(informed),
          floor: leastCost(policy, machine, arch, mix),
        };
      });
    }),
  );
}

function costPerCall(program: readonly Instruction[], arch: Arch, mix: Weights): number {
  const calls = [...weightsFor(mix, syscallTable(arch))];
  const total = calls.reduce((sum, [, weight]) => sum + weight, 0);
  const steps = (nr: number) => simulate(program, { arch: CONSTANTS[AUDIT_ARCH[arch]], nr }).steps;
  return calls.reduce((sum, [nr, weight]) => sum + (weight / total) * steps(nr), 0);
}
