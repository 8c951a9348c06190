// OCI and Docker profiles -> Policy: `lxc.seccomp.profile = file.json`.

import { type Diagnostic, hasErrors } from '../../../model/diagnostic.ts';
import type { ParsedPolicy } from '../parse.ts';
import { readJson } from './json.ts';
import { readProfile } from './profile.ts';
import { profilePolicy, type Surroundings } from './to-policy.ts';

export type { Surroundings } from './to-policy.ts';

/** Does a policy's text begin as JSON does? No policy of LXC's begins with a brace. */
export function isProfile(text: string): boolean {
  return /^\ufeff?\s*\{/.test(text);
}

export function parseProfile(text: string, file: string, around: Surroundings): ParsedPolicy {
  const { value, diagnostics } = readJson(text, file);
  if (value === null) return { policy: null, diagnostics };
  const read = readProfile(value);
  if (read.profile === null || hasErrors(read.diagnostics)) return { policy: null, diagnostics: [...diagnostics, ...read.diagnostics] };
  const made = profilePolicy(read.profile, around);
  const found: readonly Diagnostic[] = [...read.diagnostics, ...made.diagnostics];
  return { policy: made.policy, diagnostics: found };
}
