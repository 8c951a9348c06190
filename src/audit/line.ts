// One line of the kernel's log or of auditd's -> an audit line: which type, when, and its fields as text.

import { CONSTANTS as C } from '../kernel/constants.gen.ts';

export interface AuditLine {
  /** The kernel's number (include/uapi/linux/audit.h). */
  readonly type: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Lines of one event have the same; it begins again when the machine boots. */
  readonly serial: number;
  readonly text: string;
}

/** Types that tell of denials, and the one that tells which call they happened in; linux/audit.h, and auditd's names for them. */
export const TYPES = {
  syscall: C.AUDIT_SYSCALL,
  seccomp: C.AUDIT_SECCOMP,
  avc: C.AUDIT_AVC,
  landlockAccess: C.AUDIT_LANDLOCK_ACCESS,
  landlockDomain: C.AUDIT_LANDLOCK_DOMAIN,
} as const;

const NAMES: Readonly<Record<string, number>> = {
  SYSCALL: TYPES.syscall,
  SECCOMP: TYPES.seccomp,
  AVC: TYPES.avc,
  LANDLOCK_ACCESS: TYPES.landlockAccess,
  LANDLOCK_DOMAIN: TYPES.landlockDomain,
};

/** `audit: type=1400 audit(SECONDS.MS:SERIAL): TEXT` */
const KERNEL = /^audit: type=(\d+) audit\((\d+)\.(\d{3}):(\d+)\):\s*(.*)$/s;
/** `[node=NAME ]type=AVC msg=audit(SECONDS.MS:SERIAL): TEXT`; auditd(8). */
const DAEMON = /^(?:node=\S+ )?type=(?:([A-Z_]+)|UNKNOWN\[(\d+)\]) msg=audit\((\d+)\.(\d{3}):(\d+)\):\s*(.*)$/s;

/** The text of a message of the kernel; null for one that is no audit line. */
export function parseKernelLine(message: string): AuditLine | null {
  const [, type, seconds, ms, serial, text = ''] = KERNEL.exec(message) ?? [];
  return type === undefined ? null : { type: Number(type), at: Number(seconds) * 1000 + Number(ms), serial: Number(serial), text };
}

/** A line of /var/log/audit/audit.log; null for a type that tells of no denial. */
export function parseDaemonLine(line: string): AuditLine | null {
  const [, name = '', unknown, seconds, ms, serial, text = ''] = DAEMON.exec(line) ?? [];
  const type = unknown === undefined ? NAMES[name] : Number(unknown);
  return type === undefined || seconds === undefined ? null : { type, at: Number(seconds) * 1000 + Number(ms), serial: Number(serial), text };
}
