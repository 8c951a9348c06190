// Calling conventions that a policy says nothing about. A denylist with a section for x86_64 alone would let every call through
// that is made by i386 on the same machine: the sections would be a way around the list.

import type { Arch } from '../../kernel/arch.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { CONVENTIONS, type Native, type Policy, type Rule, type Verdict } from './policy.ts';
import { sectionName } from './sections.ts';
import { letsThrough, verdictText } from './verdicts.ts';

/** A section is about the calls that arrive by its convention, and no others. */
export function isAbout({ section }: Pick<Rule, 'section'>, arch: Arch, machine: Native): boolean {
  switch (section.kind) {
    case 'all':
      return true;
    case 'native':
      return arch === machine;
    case 'arch':
      return arch === section.arch;
    case 'arches':
      return section.arches.includes(arch);
  }
}

/** What a call gets that no rule decides: where the policy is about other conventions only, never more than the process's end. */
export function defaultFor(policy: Policy, arch: Arch, machine: Native): Verdict {
  const { verdict } = policy.otherwise;
  if (policy.arches !== undefined) return policy.arches.includes(arch) ? verdict : { kind: 'kill_process' };
  return letsThrough(verdict) && isLeftOut(policy, arch, machine) ? { kind: 'kill_process' } : verdict;
}

/**
 * The list has sections of this machine's conventions, and none of this one. The machine's own is never left out: a list for
 * [x86] alone is one that is not about 64-bit programs.
 */
function isLeftOut({ rules }: Policy, arch: Arch, machine: Native): boolean {
  const own = rules.filter((rule) => CONVENTIONS[machine].some((one) => isAbout(rule, one, machine)));
  return arch !== machine && own.length > 0 && !own.some((rule) => isAbout(rule, arch, machine));
}

export function checkCoverage(policy: Policy, machine: Native): readonly Diagnostic[] {
  const { verdict, span } = policy.otherwise;
  // Hardly a kernel has x32 switched on: nobody need be told that it is refused.
  const asked = CONVENTIONS[machine].filter((arch) => arch !== 'x32' && letsThrough(verdict));
  const names = asked.filter((arch) => isLeftOut(policy, arch, machine)).map(sectionName);
  if (names.length === 0 || policy.arches !== undefined) return [];
  return [diagnostic('HF250', { sections: names.map((name) => `[${name}]`).join(' '), verdict: verdictText(verdict) }, span)];
}
