// A filter of Holdfast's own beside the policy's: it refuses some calls and lets all others pass. Of two filters the stricter answer
// holds (seccomp(2)), so neither can weaken the other, and a policy is what its file says. It binds by every calling convention of the machine.

import { encodeProgram } from '../../bpf/instruction.ts';
import type { Machine } from '../../kernel/constant.ts';
import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { generateFilter } from './generate.ts';
import type { Condition, Policy } from './policy.ts';
import { resolvePolicy } from './resolve.ts';

export interface Refusal {
  readonly name: string;
  readonly errno: ErrnoName;
  /** All of them have to hold; none: always. */
  readonly conditions?: readonly Condition[];
}

/** The bytes of the filter: what struct sock_fprog points to. `key`: who asks for it, for the types of a policy. */
export function denyFilter(machine: Machine, key: string, refusals: readonly Refusal[]): Uint8Array {
  const span = { file: key, line: 1, column: 1, length: 1 };
  const policy: Policy = {
    version: 2,
    list: 'deny',
    otherwise: { verdict: { kind: 'allow' }, span },
    rules: refusals.map(({ name, errno, conditions = [] }) => ({
      call: { kind: 'name', name },
      section: { kind: 'all' },
      verdict: { kind: 'errno', errno: ERRNO[errno].number },
      conditions,
      span,
    })),
  };
  return encodeProgram(generateFilter(resolvePolicy(policy, machine)));
}
