// What the kernel says of SELinux: its mode, whether a policy is loaded, which contexts that has and what it allows, by the files
// of selinuxfs (security/selinux/selinuxfs.c). Asking changes nothing.

import type { AccessAnswer, AccessQuestion, ContainerTypes, SelinuxFacts } from '../model/selinux.ts';
import { type Machine, valueOr } from './machine.ts';

const SELINUXFS = '/sys/fs/selinux';
/** The only context that there is before a policy is loaded (security/selinux/include/initial_sid_to_string.h). */
const NO_POLICY = 'kernel';
/** AVD_FLAGS_PERMISSIVE (security/selinux/include/security.h): bit 0 of the last number of an answer. */
const PERMISSIVE = 1;

/** Texts of attributes end with NUL. */
const trimmed = (text: string) => text.replace(/[\0\s]+$/, '');

/** Mode, policy and the caller's context; null: SELinux is not at work, or selinuxfs is not mounted. */
export function readSelinux(machine: Machine): SelinuxFacts | null {
  const mode = machine.readText(`${SELINUXFS}/enforce`);
  if ('errno' in mode) return null;
  const read = (name: string) => trimmed(valueOr(machine.readText(`${SELINUXFS}/${name}`), ''));
  const own = trimmed(valueOr(machine.readText('/proc/self/attr/current'), NO_POLICY));
  const policy =
    own === NO_POLICY
      ? null
      : { version: Number(read('policyvers')), mls: read('mls') === '1', nnpTransition: read('policy_capabilities/nnp_nosuid_transition') === '1' };
  return { enforcing: trimmed(mode.value) === '1', policy, own, contexts: {}, permissive: [], access: [] };
}

/** How the kernel writes a context; null: the loaded policy has none such, or it may not be asked. */
export function canonicalContext(machine: Machine, context: string): string | null {
  const answer = machine.ask(`${SELINUXFS}/context`, context);
  return 'value' in answer ? trimmed(answer.value) : null;
}

/** The facts with answers to these questions. Without a policy the kernel knows nothing, and none is asked. */
export function askSelinux(machine: Machine, facts: SelinuxFacts, contexts: readonly string[], questions: readonly AccessQuestion[]): SelinuxFacts {
  if (facts.policy === null) return facts;
  const known = Object.fromEntries([...new Set(contexts)].map((context) => [context, canonicalContext(machine, context)]));
  const valid = questions.filter(({ source, target }) => known[source] !== null && known[target] !== null);
  const permissive = [...new Set(contexts)].filter((context) => known[context] !== null && isPermissive(machine, context));
  return { ...facts, contexts: known, permissive, access: valid.map((question) => access(machine, question)) };
}

/** Policies may be made without a class or a permission that the kernel has; `deny_unknown` says what of that then. */
function access(machine: Machine, question: AccessQuestion): AccessAnswer {
  const deniesUnknown = trimmed(valueOr(machine.readText(`${SELINUXFS}/deny_unknown`), '1')) === '1';
  const number = (path: string) => {
    const found = machine.readText(`${SELINUXFS}/class/${question.class}/${path}`);
    return 'value' in found ? Number(trimmed(found.value)) : null;
  };
  const index = number('index');
  const allowed = index === null ? null : allowedBits(machine, question, index);
  const denied = question.permissions.filter((permission) => {
    const bit = number(`perms/${permission}`);
    if (allowed === null || bit === null) return deniesUnknown;
    return ((allowed >>> (bit - 1)) & 1) === 0;
  });
  return { question, denied };
}

/** The answer is `ALLOWED ffffffff AUDITALLOW AUDITDENY SEQNO FLAGS`, hexadecimal but for the number of the policy (sel_write_access). */
function allowedBits(machine: Machine, { source, target }: AccessQuestion, index: number): number {
  const answer = machine.ask(`${SELINUXFS}/access`, `${source} ${target} ${index}`);
  return 'value' in answer ? Number.parseInt(answer.value.split(' ')[0] ?? '0', 16) : 0;
}

function isPermissive(machine: Machine, context: string): boolean {
  const index = trimmed(valueOr(machine.readText(`${SELINUXFS}/class/process/index`), '2'));
  const answer = machine.ask(`${SELINUXFS}/access`, `${context} ${context} ${index}`);
  return 'value' in answer && (Number.parseInt(answer.value.trim().split(' ')[5] ?? '0', 16) & PERMISSIVE) !== 0;
}

/** As libselinux finds them: the policy's own word for containers, SELINUXTYPE's lxc_contexts(5); null: it has none. */
export function policyTypes(machine: Machine): ContainerTypes | null {
  const config = valueOr(machine.readText('/etc/selinux/config'), '');
  const name = /^\s*SELINUXTYPE\s*=\s*(\w+)/m.exec(config)?.[1];
  if (name === undefined) return null;
  const text = valueOr(machine.readText(`/etc/selinux/${name}/contexts/lxc_contexts`), '');
  const typeOf = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*"?[\\w.-]+:[\\w.-]+:([\\w.-]+)`, 'm').exec(text)?.[1];
  const [process, file] = [typeOf('process'), typeOf('file')];
  return process === undefined || file === undefined ? null : { process, file };
}
