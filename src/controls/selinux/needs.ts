// What the loaded policy must give so that a container can be started in its context: each a question to the kernel, asked before.

import type { AccessQuestion, SelinuxFacts } from '../../model/selinux.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { fileContext, newKeyringLabel } from './asked.ts';
import { lowest } from './context.ts';

/** `policy`: a rule is missing. `files`: files bear a label that the container may not use. `output`, `pipes`: not fatal. */
export type NeedKind = 'policy' | 'files' | 'output' | 'pipes';

export interface Need {
  readonly kind: NeedKind;
  readonly question: AccessQuestion;
  /** Completes "..., which ...". */
  readonly purpose: string;
}

type Row = readonly [kind: NeedKind, source: string, target: string | null, of: string, permissions: readonly string[], purpose: string];

/**
 * All of it. security/selinux/hooks.c: selinux_bprm_creds_for_exec, selinux_bprm_committing_creds (limits, descriptors), selinux_setprocattr.
 */
export function needs(spec: ContainerSpec, { own, policy, labels }: SelinuxFacts): readonly Need[] {
  const context = spec.selinux?.context?.value;
  if (context === undefined) return [];
  const nnp = spec.noNewPrivs.value && policy?.nnpTransition === true;
  const keyring = newKeyringLabel(spec);
  const rows: readonly Row[] = [
    ['policy', own, own, 'process', ['setexec'], 'sets the context of the program'],
    ['policy', own, context, 'process', ['transition'], 'lets a program of the caller go on in the context'],
    ['policy', own, nnp ? context : null, 'process2', ['nnp_transition'], 'lets it do so although lxc.no_new_privs is set'],
    ['policy', own, spec.rlimits.length > 0 ? context : null, 'process', ['rlimitinh'], 'keeps the soft limits of lxc.prlimit at the change of context'],
    ['policy', own, keyring === null ? null : own, 'process', ['setkeycreate'], 'labels the session keyring'],
    ['policy', own, keyring, 'key', ['create', 'view'], 'labels the session keyring'],
    ['policy', own, fileContext(spec), 'filesystem', ['relabelto'], 'labels the file systems that are made for the container'],
    ['files', context, labels?.root ?? null, 'dir', ['search', 'getattr'], 'opens the root file system'],
    ['files', context, labels?.init ?? null, 'file', ['entrypoint', 'execute', 'read'], 'executes init'],
    ['output', context, own, 'fd', ['use'], "writes to what the caller's descriptors are"],
    ['pipes', context, own, 'fifo_file', ['read', 'write'], 'writes to pipes of the caller'],
  ];
  return rows.flatMap(([kind, source, target, of, permissions, purpose]) =>
    target === null ? [] : [{ kind, question: { source, target, class: of, permissions }, purpose }],
  );
}

/** Every context that must be one of the policy's. */
export function contextsAsked(spec: ContainerSpec, facts: SelinuxFacts): readonly string[] {
  const asked = [spec.selinux?.context?.value ?? null, newKeyringLabel(spec), fileContext(spec)];
  const labels = [facts.labels?.root ?? null, facts.labels?.init ?? null];
  const levels = asked.map((one) => (one === null ? null : lowest(one)));
  return [...new Set([facts.own, ...asked, ...levels, ...labels].filter((one) => one !== null))];
}
