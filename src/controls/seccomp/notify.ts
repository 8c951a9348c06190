// `notify` asks a supervisor outside the container. There is none yet, so it is an error unless allowed by name; then the
// call gives ENOSYS, which is what LXC answers when the supervisor does not.

import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import type { Policy, Verdict, WrittenVerdict } from './policy.ts';

export const PROFILE_KEY = 'lxc.seccomp.profile';

export interface Settled {
  readonly policy: Policy;
  readonly diagnostics: readonly Diagnostic[];
}

/** Replaces `notify` by what can be enforced. */
export function settleNotify(written: Policy<WrittenVerdict>, spec: Pick<ContainerSpec, 'allowMissing'>): Settled {
  const diagnostics: Diagnostic[] = [];
  const settle = (verdict: WrittenVerdict, span: Span): Verdict => {
    if (verdict.kind !== 'notify') return verdict;
    const reason = "the action 'notify' needs a supervisor, which Holdfast does not have yet (a call with it gives ENOSYS)";
    diagnostics.push(missing(spec, PROFILE_KEY, { kind: 'config', span }, reason, "decide it in the policy: 'errno EPERM' or 'allow', with conditions"));
    return { kind: 'errno', errno: ERRNO.ENOSYS.number };
  };
  const { otherwise, rules } = written;
  const policy: Policy = {
    ...written,
    otherwise: { ...otherwise, verdict: settle(otherwise.verdict, otherwise.span) },
    rules: rules.map((rule) => ({ ...rule, verdict: settle(rule.verdict, rule.span) })),
  };
  return { policy, diagnostics };
}
