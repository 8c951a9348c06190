// What there is to say about the calls and sections that a policy names, on a machine.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { archesWith, callName, callNames, callTargets } from './calls.ts';
import { isAbout } from './coverage.ts';
import { multiplexed } from './multiplexed.ts';
import { suggestion } from './nearest.ts';
import { CONVENTIONS, type Native, type Policy, type Rule } from './policy.ts';
import { archList, sectionName } from './sections.ts';
import { letsThrough } from './verdicts.ts';

/** Every finding; errors for names that mean nothing. */
export function checkNames(policy: Policy, machine: Native): readonly Diagnostic[] {
  return [...policy.rules.flatMap((rule) => checkRule(rule, machine)), ...foreignSections(policy, machine), ...numbersWithoutName(policy, machine)];
}

function checkRule(rule: Rule, machine: Native): readonly Diagnostic[] {
  const { call, section, span } = rule;
  if (call.kind === 'number') return [];
  const { name } = call;
  // Whoever names several has looked for each of them.
  if (section.kind === 'arches') return throughMultiplexer(rule, name, machine);
  const conventions = CONVENTIONS[machine].filter((arch) => callTargets(name, arch).length > 0);
  const [main] = CONVENTIONS[machine];
  const asked = section.kind === 'arch' ? section.arch : main;
  if (asked !== undefined && callTargets(name, asked).length > 0) return throughMultiplexer(rule, name, machine);
  const having = archesWith(name);
  if (having.length === 0) {
    const help = suggestion(name, callNames(), "names are those of syscalls(2), e.g. 'openat', 'prlimit64'");
    return [diagnostic('HF201', { name, suggestion: help }, span)];
  }
  const archs = archList(having);
  if (section.kind === 'arch') return [diagnostic('HF209', { name, section: `[${sectionName(section.arch)}]`, archs }, span)];
  const here = conventions.map(sectionName);
  const effect = here.length === 0 ? `the line has no effect on ${machine}` : `on ${machine} the line is about ${here.join(' and ')} calls`;
  return [diagnostic('HF210', { name, archs, effect }, span), ...throughMultiplexer(rule, name, machine)];
}

/** A line with conditions about a call that can be made where they cannot be seen. */
function throughMultiplexer(rule: Rule, name: string, machine: Native): readonly Diagnostic[] {
  if (rule.conditions.length === 0) return [];
  const found = CONVENTIONS[machine].flatMap((arch) => {
    const other = isAbout(rule, arch, machine) ? multiplexed(name, arch) : null;
    return other === null ? [] : [{ arch, multiplexer: other.multiplexer }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const effect = letsThrough(rule.verdict) ? 'the line allows nothing there' : 'there the line holds for any arguments';
  const archs = found.map(({ arch }) => sectionName(arch)).join(' and ');
  return [diagnostic('HF218', { name, multiplexer: first.multiplexer, archs, effect }, rule.span)];
}

function foreignSections({ rules }: Policy, machine: Native): readonly Diagnostic[] {
  const seen = new Set<string>();
  return rules.flatMap(({ section, span }) => {
    const name = section.kind === 'arch' && !CONVENTIONS[machine].includes(section.arch) ? sectionName(section.arch) : null;
    if (name === null || seen.has(name)) return [];
    seen.add(name);
    return [diagnostic('HF211', { section: name, machine }, span)];
  });
}

/** Version 1: one finding for all numbers that no name is known for, at the first of them. */
function numbersWithoutName({ rules }: Policy, machine: Native): readonly Diagnostic[] {
  const nameless = rules.flatMap(({ call, span }) =>
    call.kind === 'number' && callName(call.number, machine) === undefined ? [{ number: call.number, span }] : [],
  );
  const [first] = nameless;
  if (first === undefined) return [];
  const numbers = [...new Set(nameless.map(({ number }) => number))].join(', ');
  return [diagnostic('HF214', { arch: machine, numbers }, first.span)];
}
