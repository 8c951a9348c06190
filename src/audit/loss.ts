// Messages of the kernel that say that other messages were lost: kernel/audit.c (audit_log_lost, kauditd_printk_skb), lib/ratelimit.c.

export interface Loss {
  readonly kind: 'loss';
  /** When it was told; milliseconds since 1970. */
  readonly at: number;
  /** How many messages, where it is told. */
  readonly count: number | null;
  readonly reason: 'printk rate' | 'audit rate' | 'audit backlog' | 'overwritten';
}

const SUPPRESSED = /^(?:kauditd_printk_skb|audit_printk_skb): (\d+) callbacks suppressed$/;
const LOST = /^audit: audit_lost=(\d+) audit_rate_limit=\d+ audit_backlog_limit=\d+$/;

/** Null for any other message. `at` is when the kernel wrote it. */
export function parseLoss(message: string, at: number): Loss | null {
  const suppressed = SUPPRESSED.exec(message)?.[1];
  if (suppressed !== undefined) return { kind: 'loss', at, count: Number(suppressed), reason: 'printk rate' };
  // The number counts since the machine booted.
  if (LOST.test(message) || message === 'audit: backlog limit exceeded') return { kind: 'loss', at, count: null, reason: 'audit backlog' };
  return message === 'audit: rate limit exceeded' ? { kind: 'loss', at, count: null, reason: 'audit rate' } : null;
}
