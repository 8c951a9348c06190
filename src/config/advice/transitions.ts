// no_new_privs and rules of AppArmor that send a program to another profile (apparmor.d(5): px, cx, ux, change_profile). The kernel
// lets a process with no_new_privs change only to a profile that allows no more than its own: else execve gives EPERM
// (security/apparmor/domain.c).

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { allOf, type ConfigSetting, lastOf } from '../setting.ts';

/** A rule of execution whose mode names a transition, with or without inheriting where there is no such profile; or `change_profile`. */
const TRANSITION = /^\s*(?:(?:audit|allow)\s+)*(?:change_profile\b|.*\s[rwaklm]*[pPcCuU]i?x\b)/;

/** Init itself is put under its profile before no_new_privs is set; this is about what it executes. */
export function lockedTransitions({ noNewPrivs }: ContainerSpec, settings: readonly ConfigSetting[]): readonly Diagnostic[] {
  if (!noNewPrivs.value || lastOf(settings, 'lxc.apparmor.profile', 'text')?.parsed.value !== 'generated') return [];
  return allOf(settings, 'lxc.apparmor.raw', 'text').flatMap(({ parsed, why }) =>
    TRANSITION.test(parsed.value) && !/^\s*(audit\s+)?deny\b/.test(parsed.value) ? [diagnostic('HF624', { rule: parsed.value.trim() }, why)] : [],
  );
}
