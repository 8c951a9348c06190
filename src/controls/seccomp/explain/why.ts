// One call under a policy: what happens, by which rule, and how many instructions the filter takes to find out.

import type { Instruction } from '../../../bpf/instruction.ts';
import { type Cost, possibleCosts } from '../../../bpf/outcomes.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { callTargets } from '../calls.ts';
import { AUDIT_ARCH, type Condition } from '../policy.ts';
import { returnValue } from '../verdicts.ts';
import type { Arch } from './architecture.ts';
import { type Argument, type Case, casesOf } from './cases.ts';
import type { OpenedPolicy } from './open.ts';

export interface Explanation {
  readonly number: number;
  /** Null: by a number of its own; otherwise what the first argument of the call with this number must be. */
  readonly through: Condition | null;
  readonly args: readonly Argument[];
  readonly outcomes: readonly Outcome[];
  /** The kernel does not run the filter at all: it found out when it was loaded that this call is allowed (Linux 5.11). */
  readonly cached: boolean;
}

export interface Outcome extends Case {
  /** Instructions to this verdict; those to other cases with the same one are among them. */
  readonly cost: Cost;
}

/** One for each way in which the call can be made; none where the architecture lacks it. `name` in digits is a number. */
export function explain(opened: OpenedPolicy, arch: Arch, name: string, args: readonly Argument[]): readonly Explanation[] {
  if (/^\d+$/.test(name)) return [explanation(opened, arch, Number(name), null, args)];
  return callTargets(name, arch).map(({ number, selector }) =>
    // What is passed through lies in memory: its arguments are not those of the call that passes it.
    explanation(opened, arch, number, selector, selector === null ? args : [selector.value]),
  );
}

function explanation(opened: OpenedPolicy, arch: Arch, number: number, through: Condition | null, args: readonly Argument[]): Explanation {
  const audit = CONSTANTS[AUDIT_ARCH[arch]];
  const costs = possibleCosts(opened.program, { arch: audit, nr: number, args });
  const outcomes = casesOf(opened, arch, number, args).map((one) => ({ ...one, cost: costs.get(returnValue(one.verdict)) ?? NONE }));
  return { number, through, args, outcomes, cached: arch !== 'x32' && isAlwaysAllowed(opened.program, audit, number) };
}

/** In a case that no arguments lead to the filter has no such answer. */
const NONE: Cost = { least: 0, most: 0 };

function isAlwaysAllowed(program: readonly Instruction[], arch: number, nr: number): boolean {
  const [only, ...more] = possibleCosts(program, { arch, nr, args: [] }).keys();
  return only === CONSTANTS.SECCOMP_RET_ALLOW && more.length === 0;
}
