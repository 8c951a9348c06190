// The policies that filters are judged by, and for each the filters that are compared: Holdfast's, libseccomp's as it comes, and
// libseccomp's with its binary tree.

import { readFileSync } from 'node:fs';
import { decodeProgram, type Instruction } from '../src/bpf/instruction.ts';
import { generateFilter } from '../src/controls/seccomp/generate.ts';
import { parsePolicy } from '../src/controls/seccomp/parse.ts';
import type { Policy } from '../src/controls/seccomp/policy.ts';
import { resolvePolicy } from '../src/controls/seccomp/resolve.ts';
import { COMMON } from '../src/controls/seccomp/testing/corpus.ts';
import type { Machine } from '../src/kernel/constant.ts';
import { hasErrors } from '../src/model/diagnostic.ts';
import { libseccompScript } from '../test/support/seccomp/libseccomp-script.ts';

export interface Judged {
  readonly name: string;
  readonly policy: Policy;
}

const read = (name: string): string => readFileSync(`bench/${name}`, 'utf8');

export function judgedPolicies(): readonly Judged[] {
  return [
    { name: "LXC's common.seccomp", policy: parsed(COMMON) },
    { name: "Docker's default profile", policy: parsed(read('docker-default.seccomp')) },
    { name: 'an allowlist of 60 calls', policy: parsed(read('allowlist-60.seccomp')) },
  ];
}

function parsed(text: string): Policy {
  const { policy, diagnostics } = parsePolicy(text, 'policy', 'x86_64');
  if (policy === null || hasErrors(diagnostics)) throw new Error(`a policy of the benchmark is faulty: ${JSON.stringify(diagnostics)}`);
  return policy;
}

export interface Filters {
  readonly ours: readonly Instruction[];
  readonly theirs: readonly Instruction[];
  readonly tree: readonly Instruction[];
}

/** `libseccomp` makes a filter of a script (test/support/seccomp/libseccomp.c). Calls that it does not know are left out there. */
export function filtersOf(policy: Policy, machine: Machine, libseccomp: (script: string) => Uint8Array): Filters {
  const make = (tree: boolean) => decodeProgram(libseccomp(libseccompScript(policy, machine, { tree, lenient: true })));
  return { ours: generateFilter(resolvePolicy(policy, machine)), theirs: make(false), tree: make(true) };
}
