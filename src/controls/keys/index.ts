// holdfast.keyctl = 0: no process of the container reaches the kernel's keys. The user keyring belongs to a user id in a user namespace
// (keyrings(7), user_namespaces(7)): in a container without one of its own, root's is that of the host's root, whatever its session
// keyring is. Its number can be guessed, so the three calls are refused as a whole, as by a kernel without keys.

import { decodeProgram } from '../../bpf/instruction.ts';
import { possibleCosts } from '../../bpf/outcomes.ts';
import type { Machine } from '../../kernel/constant.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { syscallNumber } from '../../kernel/syscall-number.ts';
import type { Check, Compiled, Control } from '../../model/control.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { AUDIT_ARCH, compileFilter, denyFilter, loadFilter } from '../seccomp/index.ts';

/** keyctl(2), add_key(2), request_key(2). */
const CALLS = ['keyctl', 'add_key', 'request_key'] as const;

/** The bytes of the filter for a machine: what struct sock_fprog points to. */
export function keyFilter(machine: Machine): Uint8Array {
  return denyFilter(
    machine,
    'holdfast.keyctl',
    CALLS.map((name) => ({ name, errno: 'ENOSYS' as const })),
  );
}

function compile({ keyctl }: ContainerSpec, host: HostFacts): Compiled {
  if (keyctl?.value !== false) return { steps: [], diagnostics: [] };
  const step = {
    who: 'init',
    // Before the policy, which may refuse to load another filter.
    phase: 'seccomp',
    what: 'load a filter that refuses the calls of keyrings',
    why: keyctl.why,
    actions: [loadFilter(keyFilter(host.arch), ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'])],
    hints: {
      EACCES: 'a filter needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
      EINVAL: 'this kernel was built without CONFIG_SECCOMP_FILTER',
    },
  } as const;
  return { steps: [step], diagnostics: [] };
}

/** proc_pid_status(5): 2 is SECCOMP_MODE_FILTER. */
function verify({ keyctl }: ContainerSpec): readonly Check[] {
  if (keyctl?.value !== false) return [];
  const what = 'a filter against keyrings is loaded in PID 1';
  return [{ what, why: keyctl.why, path: '/proc/{pid}/status', field: 'Seccomp', expect: { kind: 'equals', text: '2' } }];
}

export const keys: Control = { name: 'keys', compile, verify };

/** A container that shares the host's user keyrings, although neither the key nor its policy says so. */
export function sharedKeys(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (spec.keyctl !== undefined || newNamespaces(spec, host).includes('user')) return [];
  const { program } = compileFilter(spec, host);
  const open = program === null ? CALLS : CALLS.filter((name) => passes(program, name, host));
  return open.length === 0 ? [] : [diagnostic('HF396', { calls: open.join(', ') })];
}

function passes(program: Uint8Array, name: string, { arch }: HostFacts): boolean {
  const returns = possibleCosts(decodeProgram(program), { arch: CONSTANTS[AUDIT_ARCH[arch]], nr: syscallNumber(name, arch) ?? -1, args: [] });
  return [...returns.keys()].some((value) => value === null || value === CONSTANTS.SECCOMP_RET_ALLOW || value === CONSTANTS.SECCOMP_RET_LOG);
}
