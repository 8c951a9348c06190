// The filter that keeps a container from user namespaces, whatever its capabilities: clone, unshare and setns by their flags.
//
// It is a filter of its own beside the policy's: of two filters the stricter answer holds (seccomp(2)), so neither can weaken the
// other, and a policy is what its file says. It binds by every calling convention of the machine.

import { encodeProgram } from '../../bpf/instruction.ts';
import type { Machine } from '../../kernel/constant.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import { generateFilter, resolvePolicy } from '../seccomp/index.ts';
import type { Condition, Policy, Rule, Verdict } from '../seccomp/index.ts';

const NEW_USER = BigInt(CONSTANTS.CLONE_NEWUSER);
/** The kernel reads an int: what lies above it is nothing. */
const INT = 0xffff_ffffn;
/** Made by nobody; a span is asked for by the types of a policy. */
const SPAN = { file: 'holdfast.userns.max', line: 1, column: 1, length: 1 };

const refused = (errno: number): Verdict => ({ kind: 'errno', errno });
const asksForUser = (argument: number): Condition => ({ kind: 'masked', argument, mask: NEW_USER, value: NEW_USER });

function rule(name: string, errno: number, ...conditions: readonly Condition[]): Rule {
  return { call: { kind: 'name', name }, section: { kind: 'all' }, verdict: refused(errno), conditions, span: SPAN };
}

const EPERM = ERRNO.EPERM.number;

/**
 * - clone3 has its flags in memory, where no filter looks: ENOSYS, at which libc makes the call as clone.
 * - setns with 0 takes a descriptor of any kind; to no user namespace of the container's leads one, but one that was handed in would.
 */
const POLICY: Policy = {
  version: 2,
  list: 'deny',
  otherwise: { verdict: { kind: 'allow' }, span: SPAN },
  rules: [
    rule('clone', EPERM, asksForUser(0)),
    rule('clone3', ERRNO.ENOSYS.number),
    rule('unshare', EPERM, asksForUser(0)),
    rule('setns', EPERM, asksForUser(1)),
    rule('setns', EPERM, { kind: 'masked', argument: 1, mask: INT, value: 0n }),
  ],
};

/** The bytes of the filter for a machine: what struct sock_fprog points to. */
export function userNamespaceFilter(machine: Machine): Uint8Array {
  return encodeProgram(generateFilter(resolvePolicy(POLICY, machine)));
}
