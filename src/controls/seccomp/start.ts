// Can a container be started under this filter at all? It is loaded last, so one call of the launcher's is left to pass it.

import type { Machine } from '../../kernel/constant.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { isAllowedMissing } from '../missing.ts';
import { allows, isNotified, permission } from './allows.ts';
import { PROFILE_KEY } from './notify.ts';

/** What a launcher still does behind the filter. */
const CALLS_BEHIND_FILTER = ['execve'] as const;

/** `--allow-missing` insists: a filter that init cannot be executed under is loaded as it is written, and never left out. */
export function checkStart(filter: Uint8Array, machine: Machine, spec: Pick<ContainerSpec, 'allowMissing'>, why: Origin): readonly Diagnostic[] {
  const asked = CALLS_BEHIND_FILTER.find((name) => isNotified(filter, machine, name));
  // Who would pass the question on knows of the filter only when init has been executed.
  if (asked !== undefined) return [diagnostic('HF257', { name: asked }, why)];
  const refused = CALLS_BEHIND_FILTER.filter((name) => permission(filter, machine, name) === 'never');
  if (refused.length > 0) return [diagnostic(isAllowedMissing(spec, PROFILE_KEY) ? 'HF259' : 'HF258', { names: refused.join(', '), machine }, why)];
  if (allows(filter, machine, CALLS_BEHIND_FILTER)) return [];
  return [diagnostic('HF216', { name: CALLS_BEHIND_FILTER.join(', ') }, why)];
}
