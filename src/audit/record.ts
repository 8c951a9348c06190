// What the kernel says of something that it denied, or let go on and wrote down: one form for each of its security modules.

/** Whom it was denied. What the message does not tell is undefined. */
export interface Subject {
  /** As the initial PID namespace numbers it. */
  readonly pid?: number;
  readonly command?: string;
  readonly program?: string;
  /** As the initial user namespace numbers it. */
  readonly uid?: number;
  /** The label of a security module that another module's message bears (`subj=`). */
  readonly label?: string;
}

interface Common {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly serial: number;
  readonly subject: Subject;
}

/** security/apparmor/audit.c and the callbacks beside it. */
export interface AppArmorRecord extends Common {
  readonly kind: 'apparmor';
  /** DENIED; ALLOWED: a profile that only complains; AUDIT: allowed, and the rule says `audit`. */
  readonly result: string;
  readonly operation: string;
  readonly profile: string;
  readonly name?: string;
  /** Why, where it is not just that no rule allows it. */
  readonly info?: string;
  readonly requested?: string;
  readonly denied?: string;
  /** All else that the operation has: fstype, srcname, flags, capname, signal, peer, family ... */
  readonly details: ReadonlyMap<string, string>;
}

/** security/selinux/avc.c, security/lsm_audit.c. */
export interface AvcRecord extends Common {
  readonly kind: 'selinux';
  readonly permissions: readonly string[];
  readonly source: string;
  readonly target: string;
  readonly targetClass: string;
  /** It was let go on. */
  readonly permissive: boolean;
  /** path or name, dev, ino, capability ... */
  readonly details: ReadonlyMap<string, string>;
}

/** kernel/auditsc.c, audit_seccomp. */
export interface SeccompRecord extends Common {
  readonly kind: 'seccomp';
  /** AUDIT_ARCH_*. */
  readonly arch: number;
  readonly syscall: number;
  /** SECCOMP_RET_*, without its data. */
  readonly action: number;
}

/** security/landlock/audit.c: what was denied; whom, only the domain tells, and the record of the call where there is one. */
export interface LandlockRecord extends Common {
  readonly kind: 'landlock';
  readonly domain: string;
  /** `fs.write_file`, `net.bind_tcp`, `scope.signal`, `ptrace`. */
  readonly blockers: readonly string[];
  readonly details: ReadonlyMap<string, string>;
}

export type DenialRecord = AppArmorRecord | AvcRecord | SeccompRecord | LandlockRecord;

/** Who entered a Landlock domain: told with the first denial of each, and when it has gone. */
export interface DomainRecord extends Common {
  readonly kind: 'landlock-domain';
  readonly domain: string;
  readonly status: string;
}

/** The call in which the other records of its event happened; only while the audit system is switched on (`auditctl -e 1`). */
export interface CallRecord extends Common {
  readonly kind: 'call';
  readonly arch: number;
  readonly syscall: number;
}

export type AuditRecord = DenialRecord | DomainRecord | CallRecord;
