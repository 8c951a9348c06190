// `notify`: the kernel keeps the caller waiting while a program outside of the container, the proxy, decides (seccomp_unotify(2)).
// Without a proxy nobody would answer, so that is an error unless allowed by name; then the call gives ENOSYS.

import { ERRNO } from '../../kernel/errno.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import type { Policy, Verdict } from './policy.ts';

export const PROFILE_KEY = 'lxc.seccomp.profile';
export const PROXY_KEY = 'lxc.seccomp.notify.proxy';

/** A path in struct sockaddr_un has a NUL behind it, an abstract name one before it (unix(7)). */
const LONGEST = STRUCTS.sockaddr_un.size - STRUCTS.sockaddr_un.fields.sun_path.offset - 1;

type Asked = Pick<ContainerSpec, 'seccomp' | 'allowMissing'>;

export interface Settled {
  readonly policy: Policy;
  readonly diagnostics: readonly Diagnostic[];
}

/** Replaces `notify` where there is nobody to notify. */
export function settleNotify(written: Policy, spec: Asked): Settled {
  const proxy = spec.seccomp?.value.proxy;
  const spans = notified(written);
  if (spans.length === 0) return { policy: written, diagnostics: proxy === undefined ? [] : [diagnostic('HF255', {}, proxy.why)] };
  if (proxy !== undefined) {
    const length = Buffer.byteLength(proxy.value);
    return {
      policy: written,
      diagnostics: length > LONGEST ? [diagnostic('HF256', { path: proxy.value, length: String(length), longest: String(LONGEST) }, proxy.why)] : [],
    };
  }
  const reason = "the action 'notify' needs a proxy to decide (without one, a call with it gives ENOSYS)";
  const remedy = `name one: ${PROXY_KEY} = unix:/PATH, or decide it in the policy: 'errno EPERM' or 'allow', with conditions`;
  const policy: Policy = {
    ...written,
    otherwise: { ...written.otherwise, verdict: refused(written.otherwise.verdict) },
    rules: written.rules.map((rule) => ({ ...rule, verdict: refused(rule.verdict) })),
  };
  return { policy, diagnostics: spans.map((span) => missing(spec, PROFILE_KEY, { kind: 'config', span }, reason, remedy)) };
}

function notified({ otherwise, rules }: Policy): readonly Span[] {
  return [otherwise, ...rules].filter(({ verdict }) => verdict.kind === 'notify').map(({ span }) => span);
}

const refused = (verdict: Verdict): Verdict => (verdict.kind === 'notify' ? { kind: 'errno', errno: ERRNO.ENOSYS.number } : verdict);
