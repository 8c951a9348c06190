// SELinux: the context that init and all it starts are in, entered by the exec of init, the label of its session keyring, and the one
// that its file systems are mounted with: selinux(8), security/selinux/hooks.c. What the policy would refuse is said before anything is done.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { LabelEntry } from '../../model/label.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { askedBy, isAtWork, newKeyringLabel } from './asked.ts';
import { canonical, contextFaults, policyFindings } from './findings.ts';

/** What the container enters; null: nothing was asked, or nothing is there to enter. */
export function selinuxLabel(spec: ContainerSpec, host: HostFacts): LabelEntry | null {
  const asked = askedBy(spec);
  if (asked === null || !isAtWork(host) || !host.selinux) return null;
  const context = spec.selinux?.context ? canonical(host.selinux, spec.selinux.context.value) : null;
  const label = newKeyringLabel(spec);
  const keyring = label === null ? {} : { keyring: canonical(host.selinux, label) };
  if (context === null) return { module: 'SELinux', name: 'a keyring', why: asked.why, exec: null, current: null, ...keyring };
  // The small PID 1 keeps the caller's: who shares memory with another process may not change its own (current_is_single_threaded).
  return { module: 'SELinux', name: context, why: asked.why, exec: { file: 'exec', text: context, reads: `${context}\0` }, current: null, ...keyring };
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const asked = askedBy(spec);
  if (asked === null) return { steps: [], diagnostics: [] };
  const faults = contextFaults(spec);
  if (faults.length > 0) return { steps: [], diagnostics: faults };
  const lacking = notInForce(spec, host);
  const known = host.selinux && isAtWork(host) ? policyFindings(spec, host.selinux) : [];
  return { steps: [], diagnostics: [...lacking, ...known] };
}

/** Why no policy would be enforced; nothing where one is. */
function notInForce(spec: ContainerSpec, { selinux: facts, lsms }: HostFacts): readonly Diagnostic[] {
  const asked = askedBy(spec);
  if (asked === null) return [];
  const lacks = (reason: string, remedy: string) => [missing(spec, asked.key, asked.why, reason, remedy)];
  if (facts === undefined || facts === null) {
    if (lsms.includes('selinux')) return lacks('SELinux cannot be asked: selinuxfs is not mounted', 'mount -t selinuxfs selinuxfs /sys/fs/selinux');
    const remedy = 'boot a kernel with CONFIG_SECURITY_SELINUX with security=selinux (or lsm=...,selinux) and selinux=1, and install a policy';
    return lacks(`SELinux is not at work in this kernel (${lsms.join(',')})`, remedy);
  }
  if (facts.policy === null) {
    return lacks(
      'SELinux has no policy: it takes every label and forbids nothing',
      'install and load a policy (selinux-policy-default, load_policy(8)), or boot again',
    );
  }
  if (!facts.enforcing) return lacks('SELinux is permissive: it would tell of what is forbidden, and allow it', 'setenforce 1');
  const context = spec.selinux?.context?.value;
  if (context === undefined || !facts.permissive.includes(context)) return [];
  return lacks(`the policy makes the domain of ${context} permissive: it would tell of what is forbidden, and allow it`, 'semanage permissive -d TYPE');
}

/** The labels of a container are checked together (controls/labels). */
function verify(): readonly Check[] {
  return [];
}

export const selinux: Control = { name: 'selinux', compile, verify };
