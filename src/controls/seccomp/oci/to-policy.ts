// Profile -> Policy on a machine, for a container: which entries are there (moby, profiles/seccomp/seccomp_linux.go,
// setupSeccomp), and what they come to (runc, libcontainer/seccomp/seccomp_linux.go, matchCall).

import type { Arch } from '../../../kernel/arch.ts';
import { type Diagnostic, diagnostic } from '../../../model/diagnostic.ts';
import { callNames, callTargets } from '../calls.ts';
import { suggestion } from '../nearest.ts';
import { type Condition, CONVENTIONS, type Native, type Policy, type Rule, type Verdict } from '../policy.ts';
import { letsThrough, verdictText } from '../verdicts.ts';
import { checkFlags, givenFlags } from './flags.ts';
import type { Entry, Filter, Profile } from './profile.ts';
import type { Placed } from './shape.ts';
import { DOCKER_MACHINES } from './words.ts';

/** What a profile asks of the machine and of the container. */
export interface Surroundings {
  readonly machine: Native;
  readonly kernel: { readonly major: number; readonly minor: number };
  /** The container's bounding set. */
  readonly capabilities: ReadonlySet<number>;
}

export function profilePolicy(profile: Profile, around: Surroundings): { readonly policy: Policy; readonly diagnostics: readonly Diagnostic[] } {
  const { otherwise, entries } = profile;
  const arches = archesOf(profile, around.machine);
  const here = entries.filter(({ includes, excludes }) => isIncluded(includes, around) && !isExcluded(excludes, around));
  const rules = here.filter(({ verdict }) => verdictText(verdict) !== verdictText(otherwise.value)).flatMap((entry) => rulesOf(entry, arches));
  const policy: Policy = {
    version: 2,
    list: letsThrough(otherwise.value) ? 'deny' : 'allow',
    otherwise: { verdict: otherwise.value, span: otherwise.at },
    rules,
    arches,
    flags: givenFlags(profile),
  };
  const diagnostics = [
    ...unknownNames(entries),
    ...namesElsewhere(here, arches, around.machine),
    ...here.flatMap(eitherCondition),
    ...checkFlags(profile, policy, around),
  ];
  return { policy, diagnostics };
}

/** libseccomp's filter is always about the machine's own convention too. */
function archesOf({ arches }: Profile, machine: Native): readonly Arch[] {
  const found = arches?.find(({ own }) => own === null || own === machine);
  return CONVENTIONS[machine].filter((arch) => arch === machine || (found?.also.includes(arch) ?? false));
}

/** All that is given must hold; of several architectures one. */
function isIncluded({ arches, capabilities, minKernel }: Filter, around: Surroundings): boolean {
  return (
    (arches.length === 0 || arches.includes(DOCKER_MACHINES[around.machine])) &&
    capabilities.every((one) => around.capabilities.has(one)) &&
    (minKernel === null || isReached(minKernel, around))
  );
}

/** Anything that is given is enough. */
function isExcluded({ arches, capabilities, minKernel }: Filter, around: Surroundings): boolean {
  return (
    arches.includes(DOCKER_MACHINES[around.machine]) ||
    capabilities.some((one) => around.capabilities.has(one)) ||
    (minKernel !== null && isReached(minKernel, around))
  );
}

function isReached([major, minor]: readonly [number, number], { kernel }: Surroundings): boolean {
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}

function rulesOf({ names, verdict, conditions }: Entry, arches: readonly Arch[]): readonly Rule[] {
  const groups = alternatives(conditions);
  return names.flatMap(({ value: name, at: span }) => {
    const having = arches.filter((arch) => callTargets(name, arch).length > 0);
    if (having.length === 0) return [];
    return groups.map((group): Rule => ({ call: { kind: 'name', name }, section: { kind: 'arches', arches: having }, verdict, conditions: group, span }));
  });
}

/** All conditions must hold; but where two are about one argument, runc and crun make a rule of each. */
function alternatives(conditions: readonly Condition[]): readonly (readonly Condition[])[] {
  return asksTwice(conditions) === null ? [conditions] : conditions.map((one) => [one]);
}

/** The first argument that more than one condition is about. */
function asksTwice(conditions: readonly Condition[]): number | null {
  const seen = conditions.map(({ argument }) => argument);
  return seen.find((argument, index) => seen.indexOf(argument) !== index) ?? null;
}

function eitherCondition({ names, verdict, conditions, at }: Entry): readonly Diagnostic[] {
  const argument = asksTwice(conditions);
  if (argument === null) return [];
  return [diagnostic('HF229', { name: names[0]?.value ?? '', argument: String(argument), verdict: effect(verdict) }, names[0]?.at ?? at)];
}

function effect(verdict: Verdict): string {
  return letsThrough(verdict) ? 'lets the call through' : 'refuses the call';
}

/** In entries for other machines and other containers too. */
function unknownNames(entries: readonly Entry[]): readonly Diagnostic[] {
  const known = callNames();
  return entries.flatMap(({ names }) =>
    names
      .filter(({ value }) => !known.has(value))
      .map(({ value: name, at }) => {
        const help = suggestion(name, known, "names are those of syscalls(2), e.g. 'openat', 'prlimit64'");
        return diagnostic('HF201', { name, suggestion: help }, at);
      }),
  );
}

/** One finding for all of them: a profile is written for many machines. */
function namesElsewhere(entries: readonly Entry[], arches: readonly Arch[], machine: Native): readonly Diagnostic[] {
  const names: readonly Placed<string>[] = entries
    .flatMap((entry) => entry.names)
    .filter(({ value }) => callNames().has(value) && !arches.some((arch) => callTargets(value, arch).length > 0));
  const [first] = names;
  if (first === undefined) return [];
  return [diagnostic('HF228', { names: [...new Set(names.map(({ value }) => value))].join(', '), machine }, first.at)];
}
