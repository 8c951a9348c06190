// The names in a profile: libseccomp's, as the OCI runtime specification takes them over (config-linux.md, "Seccomp"), and
// Docker's own for architectures.

import type { Arch } from '../../../kernel/arch.ts';
import type { ConstName } from '../../../kernel/constants.gen.ts';
import type { Native, Verdict } from '../policy.ts';

/** seccomp_init(3). SCMP_ACT_KILL is the thread's end there; `errno` has its number beside it. */
export const ACTIONS: Readonly<Record<string, Verdict['kind'] | 'trace'>> = {
  SCMP_ACT_KILL: 'kill_thread',
  SCMP_ACT_KILL_THREAD: 'kill_thread',
  SCMP_ACT_KILL_PROCESS: 'kill_process',
  SCMP_ACT_TRAP: 'trap',
  SCMP_ACT_ERRNO: 'errno',
  SCMP_ACT_TRACE: 'trace',
  SCMP_ACT_ALLOW: 'allow',
  SCMP_ACT_LOG: 'log',
  SCMP_ACT_NOTIFY: 'notify',
};

/** seccomp_arch_add(3); null: no table is here, since no machine for it has been built in a decade. */
export const ARCHITECTURES: Readonly<Record<string, Arch | null>> = {
  SCMP_ARCH_X86: 'i386',
  SCMP_ARCH_X86_64: 'x86_64',
  SCMP_ARCH_X32: 'x32',
  SCMP_ARCH_ARM: 'arm',
  SCMP_ARCH_AARCH64: 'arm64',
  SCMP_ARCH_LOONGARCH64: 'loongarch64',
  SCMP_ARCH_MIPS: 'mips',
  SCMP_ARCH_MIPS64: 'mips64',
  SCMP_ARCH_MIPS64N32: 'mips64n32',
  SCMP_ARCH_MIPSEL: 'mipsel',
  SCMP_ARCH_MIPSEL64: 'mipsel64',
  SCMP_ARCH_MIPSEL64N32: 'mipsel64n32',
  SCMP_ARCH_PPC: 'ppc',
  SCMP_ARCH_PPC64: 'ppc64',
  SCMP_ARCH_PPC64LE: 'ppc64le',
  SCMP_ARCH_RISCV64: 'riscv64',
  SCMP_ARCH_S390: 's390',
  SCMP_ARCH_S390X: 's390x',
  SCMP_ARCH_M68K: null,
  SCMP_ARCH_PARISC: null,
  SCMP_ARCH_PARISC64: null,
  SCMP_ARCH_SH: null,
  SCMP_ARCH_SHEB: null,
};

/** seccomp(2); NEW_LISTENER and TSYNC_ESRCH are not for profiles to give (config-linux.md, "Seccomp"). */
export const FLAGS = {
  SECCOMP_FILTER_FLAG_LOG: 'SECCOMP_FILTER_FLAG_LOG',
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  SECCOMP_FILTER_FLAG_TSYNC: 'SECCOMP_FILTER_FLAG_TSYNC',
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
} as const satisfies Record<string, ConstName>;

export type ProfileFlag = keyof typeof FLAGS;

/** What `includes` and `excludes` call the machine (moby, profiles/seccomp/seccomp_linux.go). */
export const DOCKER_MACHINES: Readonly<Record<Native, string>> = {
  x86_64: 'amd64',
  i386: 'x86',
  arm64: 'arm64',
  arm: 'arm',
  riscv64: 'riscv64',
  loongarch64: 'loong64',
  ppc64le: 'ppc64le',
  ppc64: 'ppc64',
  ppc: 'ppc',
  s390x: 's390x',
  mips64: 'mips64',
  mipsel64: 'mipsel64',
  mips: 'mips',
  mipsel: 'mipsel',
};

/** Conventions that no machine has for its own: Docker's default names them all the same. */
export const DOCKER_CONVENTIONS = ['x32', 's390', 'mips64n32', 'mipsel64n32', 'mips3l64n32'] as const;
