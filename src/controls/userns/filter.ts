// The filter that keeps a container from user namespaces, whatever its capabilities: clone, unshare and setns by their flags.

import type { Machine } from '../../kernel/constant.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { type Condition, denyFilter, type Refusal } from '../seccomp/index.ts';

const NEW_USER = BigInt(CONSTANTS.CLONE_NEWUSER);
/** The kernel reads an int: what lies above it is nothing. */
const INT = 0xffff_ffffn;

const asksForUser = (argument: number): readonly Condition[] => [{ kind: 'masked', argument, mask: NEW_USER, value: NEW_USER }];

/**
 * - clone3 has its flags in memory, where no filter looks: ENOSYS, at which libc makes the call as clone.
 * - setns with 0 takes a descriptor of any kind; to no user namespace of the container's leads one, but one that was handed in would.
 */
const REFUSED: readonly Refusal[] = [
  { name: 'clone', errno: 'EPERM', conditions: asksForUser(0) },
  { name: 'clone3', errno: 'ENOSYS' },
  { name: 'unshare', errno: 'EPERM', conditions: asksForUser(0) },
  { name: 'setns', errno: 'EPERM', conditions: asksForUser(1) },
  { name: 'setns', errno: 'EPERM', conditions: [{ kind: 'masked', argument: 1, mask: INT, value: 0n }] },
];

/** The bytes of the filter for a machine: what struct sock_fprog points to. */
export function userNamespaceFilter(machine: Machine): Uint8Array {
  return denyFilter(machine, 'holdfast.userns.max', REFUSED);
}
