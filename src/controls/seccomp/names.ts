// What there is to say about the calls and sections that a policy names, on a machine.

import type { Machine } from '../../kernel/constant.ts';
import type { Arch } from '../../kernel/syscalls.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { archesWith, callName, callNames } from './calls.ts';
import { multiplexed } from './multiplexed.ts';
import { suggestion } from './nearest.ts';
import { CONVENTIONS, type Policy, type Rule } from './policy.ts';
import { sectionName } from './sections.ts';

type AnyRule = Rule;

/** Every finding; errors for names that mean nothing. */
export function checkNames(policy: Policy, machine: Machine): readonly Diagnostic[] {
  return [...policy.rules.flatMap((rule) => checkRule(rule, machine)), ...foreignSections(policy, machine), ...numbersWithoutName(policy, machine)];
}

function checkRule(rule: AnyRule, machine: Machine): readonly Diagnostic[] {
  const { call, section, span } = rule;
  // No call can arrive by such a convention, and its names are in no table here.
  if (call.kind === 'number' || section.kind === 'foreign') return [];
  const { name } = call;
  const having = archesWith(name);
  if (having.length === 0) {
    const help = suggestion(name, callNames(), "names are those of syscalls(2), e.g. 'openat', 'prlimit64'");
    return [diagnostic('HF201', { name, suggestion: help }, span)];
  }
  const archs = having.map(sectionName).join(', ');
  if (section.kind === 'arch' && !having.includes(section.arch)) {
    return [diagnostic('HF209', { name, section: `[${sectionName(section.arch)}]`, archs }, span)];
  }
  return [...onlyElsewhere(rule, name, having, machine), ...throughMultiplexer(rule, name, machine)];
}

/** In [all]: a call that the machine's own architecture lacks. */
function onlyElsewhere({ section, span }: AnyRule, name: string, having: readonly Arch[], machine: Machine): readonly Diagnostic[] {
  if (section.kind !== 'all' || having.includes(machine)) return [];
  const archs = having.map(sectionName).join(', ');
  const here = CONVENTIONS[machine].filter((arch) => having.includes(arch)).map(sectionName);
  const effect = here.length === 0 ? `the line has no effect on ${machine}` : `on ${machine} the line is about ${here.join(' and ')} calls`;
  return [diagnostic('HF210', { name, archs, effect }, span)];
}

function throughMultiplexer({ section, verdict, conditions, span }: AnyRule, name: string, machine: Machine): readonly Diagnostic[] {
  const about = section.kind === 'all' || (section.kind === 'arch' && section.arch === 'i386');
  const other = multiplexed(name, 'i386');
  if (!about || other === null || conditions.length === 0 || !CONVENTIONS[machine].includes('i386')) return [];
  const opens = verdict.kind === 'allow' || verdict.kind === 'log';
  const effect = opens ? 'the line allows nothing there' : 'there the line holds for any arguments';
  return [diagnostic('HF218', { name, multiplexer: other.multiplexer, effect }, span)];
}

function foreignSections({ rules }: Policy, machine: Machine): readonly Diagnostic[] {
  const seen = new Set<string>();
  return rules.flatMap(({ section, span }) => {
    const name =
      section.kind === 'foreign' ? section.name : section.kind === 'arch' && !CONVENTIONS[machine].includes(section.arch) ? sectionName(section.arch) : null;
    if (name === null || seen.has(name)) return [];
    seen.add(name);
    return [diagnostic('HF211', { section: name, machine }, span)];
  });
}

/** Version 1: one finding for all numbers that no name is known for, at the first of them. */
function numbersWithoutName({ rules }: Policy, machine: Machine): readonly Diagnostic[] {
  const nameless = rules.flatMap(({ call, span }) =>
    call.kind === 'number' && callName(call.number, machine) === undefined ? [{ number: call.number, span }] : [],
  );
  const [first] = nameless;
  if (first === undefined) return [];
  const numbers = [...new Set(nameless.map(({ number }) => number))].join(', ');
  return [diagnostic('HF214', { arch: machine, numbers }, first.span)];
}
