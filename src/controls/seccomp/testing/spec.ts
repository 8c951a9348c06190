// The parts of a ContainerSpec that this control reads, and the machines, for tests.

import type { HostFacts } from '../../../model/host.ts';
import type { Origin } from '../../../model/origin.ts';
import type { ContainerSpec } from '../../../model/spec.ts';

export const CONFIG: Origin = { kind: 'config', span: { file: 'web/config', line: 12, column: 1, length: 35 } };

export function specWith(text: string | null, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const seccomp = text === null ? null : { value: { path: 'web.seccomp', text }, why: CONFIG };
  return { seccomp, allowMissing: [], personality: null, ...more } as unknown as ContainerSpec;
}

export const X86_64 = { arch: 'x86_64', kernel: { release: '6.1', major: 6, minor: 1 } } as unknown as HostFacts;
export const ARM64 = { arch: 'arm64', kernel: { release: '6.1', major: 6, minor: 1 } } as unknown as HostFacts;

export const ALLOW_MISSING = { allowMissing: [{ value: 'lxc.seccomp.profile', why: CONFIG }] };
export const LINUX32 = { personality: { value: 'linux32' as const, why: CONFIG } };
