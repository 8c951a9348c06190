// The keys that were understood and for which there is no control: each is an error unless allowed by name (law 1).

import type { Diagnostic } from '../model/diagnostic.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { missing } from './missing.ts';

/** Why, and what to do, by the beginning of the key; the first that fits. */
const REASONS: readonly (readonly [prefix: string, reason: string, remedy: string])[] = [
  ['lxc.hook.', 'hooks are not run', 'do its work before the start or in the container'],
  ['lxc.namespace.share.', "joining another's namespace is not built", 'remove the line'],
  ['lxc.time.offset.', 'clock offsets are not built', 'remove the line'],
  ['lxc.sched.core', 'core scheduling is not built', 'remove the line'],
  ['lxc.cap.inheritance', 'ambient capabilities are always cleared', 'let init run as user 0, or give its file capabilities (setcap(8))'],
];

/** One diagnostic for each such key, with its line. */
export function unenforced(spec: ContainerSpec): readonly Diagnostic[] {
  return spec.unenforced.map(({ key, why }) => {
    const [, reason, remedy] = REASONS.find(([prefix]) => key.startsWith(prefix)) ?? ['', 'there is no control for it yet', 'remove the line'];
    return missing(spec, key, why, reason, remedy);
  });
}
