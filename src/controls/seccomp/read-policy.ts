// The text of `lxc.seccomp.profile` -> Policy: the language of LXC (parse.ts), or JSON (oci/).

import type { PolicyFile } from '../../model/policy-include.ts';
import { isProfile, parseProfile, type Surroundings } from './oci/index.ts';
import { type ParsedPolicy, parsePolicy } from './parse.ts';

/** `around`: what a profile asks of the machine and the container; of LXC's language only the machine matters. */
export function readPolicy({ path, text }: PolicyFile, included: readonly PolicyFile[], around: Surroundings): ParsedPolicy {
  return isProfile(text) ? parseProfile(text, path, around) : parsePolicy(text, path, around.machine, included);
}
