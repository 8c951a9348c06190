// What a seccomp filter is loaded with, by the names of seccomp(2).

/**
 * What seccomp(2) is told besides the filter. LOG: what the filter refuses is logged, where the kernel's actions_logged has the
 * action. SPEC_ALLOW: loading it leaves Speculative Store Bypass as it is; without, a kernel that was booted with
 * spec_store_bypass_disable=seccomp (before 5.16 the default) switches that off for the process.
 */
export type FilterFlag = 'SECCOMP_FILTER_FLAG_LOG' | 'SECCOMP_FILTER_FLAG_SPEC_ALLOW';
