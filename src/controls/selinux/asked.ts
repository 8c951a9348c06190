// What a specification asks of SELinux, in contexts.

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { contextOfFiles, contextText, parseContext } from './context.ts';

export const CONTEXT_KEY = 'lxc.selinux.context';
export const AUTO_KEY = 'holdfast.selinux.context';
export const KEYRING_KEY = 'lxc.selinux.context.keyring';

/** The key and the line by which the container is in a context. */
export function askedBy({ selinux }: ContainerSpec): { readonly key: string; readonly why: Origin } | null {
  if (selinux === undefined) return null;
  const { context, auto, keyring } = selinux;
  // What was found for `auto` has its line.
  if (auto !== null && (context === null || context.why === auto.why)) return { key: AUTO_KEY, why: auto.why };
  if (context !== null) return { key: CONTEXT_KEY, why: context.why };
  return keyring === null ? null : { key: KEYRING_KEY, why: keyring.why };
}

/** Label of the new session keyring; null: there is none, or it has the caller's. */
export function newKeyringLabel({ selinux, keyring }: ContainerSpec): string | null {
  if (!keyring.value) return null;
  return selinux?.keyring?.value ?? selinux?.context?.value ?? null;
}

/** The context of the container's own files: its user, its low level, the type of files. Null: they are left to the policy. */
export function fileContext({ selinux }: ContainerSpec): string | null {
  if (!selinux?.context || selinux.files === null || selinux.files.value === 'none') return null;
  const parsed = parseContext(selinux.context.value);
  return parsed.kind === 'fault' ? null : contextText(contextOfFiles(parsed.context, selinux.files.value));
}

/** Is there a policy that can label anything? Without one the container goes without contexts, if that was allowed by name. */
export function isAtWork({ selinux }: Pick<HostFacts, 'selinux'>): boolean {
  return selinux !== undefined && selinux !== null && selinux.policy !== null;
}

/** What file systems that are made for the container are mounted with (context=), as far as they take it. */
export function mountContext(spec: ContainerSpec, host: HostFacts): string | null {
  return isAtWork(host) ? fileContext(spec) : null;
}
