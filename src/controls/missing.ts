// Law 1, fail closed: what was asked and cannot be enforced is an error, unless the user allowed it by name.

import type { Diagnostic } from '../model/diagnostic.ts';
import { diagnostic } from '../model/diagnostic.ts';
import type { Origin } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';

/** Did the user say that this key's control may be missing? `lxc.hook.*` allows every key that begins with `lxc.hook.`. */
export function isAllowedMissing(spec: Pick<ContainerSpec, 'allowMissing'>, key: string): boolean {
  return spec.allowMissing.some(({ value }) => (value.endsWith('*') ? key.startsWith(value.slice(0, -1)) : value === key));
}

/**
 * The diagnostic for a setting that cannot be enforced here: an error (HF301), or a warning (HF302) when allowed by name.
 * `reason` says what is missing, `remedy` what to do, both lower case without a full stop.
 */
export function missing(spec: Pick<ContainerSpec, 'allowMissing'>, key: string, why: Origin, reason: string, remedy: string): Diagnostic {
  return diagnostic(isAllowedMissing(spec, key) ? 'HF302' : 'HF301', { key, reason, remedy }, why);
}
