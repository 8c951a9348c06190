// A policy in numbers, and what it leaves open that it had better not.

import type { Verdict } from '../policy.ts';
import { sectionName } from '../sections.ts';
import { letsThrough, verdictText } from '../verdicts.ts';
import { type Arch, callsOf } from './architecture.ts';
import { casesOf, defaultCases, numbersOf, passage } from './cases.ts';
import { DANGERS } from './dangers.ts';
import type { OpenedPolicy } from './open.ts';

export interface ArchSummary {
  /** As policies call it. */
  readonly arch: string;
  /** What holds of calls that no rule is about. */
  readonly otherwise: string;
  readonly allowed: number;
  readonly conditional: number;
  readonly denied: number;
  readonly open: readonly OpenDanger[];
}

export interface OpenDanger {
  readonly call: string;
  /** `conditional`: it depends on arguments beside those that make it dangerous. */
  readonly passage: 'allowed' | 'conditional';
  readonly why: string;
}

export interface PolicySummary {
  readonly file: string;
  readonly machine: string;
  readonly list: 'allow' | 'deny';
  readonly rules: number;
  readonly otherwise: string;
  readonly instructions: number;
  readonly architectures: readonly ArchSummary[];
}

export function summarise(opened: OpenedPolicy): PolicySummary {
  const { file, machine, policy, program, tables } = opened;
  return {
    file,
    machine: sectionName(machine),
    list: policy.list,
    rules: policy.rules.length,
    otherwise: verdictText(policy.otherwise.verdict),
    instructions: program.length,
    architectures: tables.flatMap(({ conventions }) => conventions).map((arch) => archSummary(opened, arch)),
  };
}

function archSummary(opened: OpenedPolicy, arch: Arch): ArchSummary {
  const counts = { allowed: 0, conditional: 0, denied: 0 };
  for (const number of new Set(numbersOf(opened, arch).values())) counts[passage(casesOf(opened, arch, number))]++;
  const otherwise: Verdict = defaultCases(opened, arch)[0]?.verdict ?? { kind: 'kill_process' };
  return { arch: sectionName(arch), otherwise: verdictText(otherwise), ...counts, open: dangersOf(opened, arch) };
}

function dangersOf(opened: OpenedPolicy, arch: Arch): readonly OpenDanger[] {
  const numbers = callsOf(arch);
  return DANGERS.flatMap(({ calls, args, shown, why }) =>
    calls.flatMap((name) => {
      const number = numbers.get(name);
      const cases = number === undefined ? [] : casesOf(opened, arch, number, args);
      if (!cases.some(({ verdict }) => letsThrough(verdict))) return [];
      return [
        {
          call: shown === undefined ? name : `${name}(${shown})`,
          passage: passage(cases) === 'allowed' ? ('allowed' as const) : ('conditional' as const),
          why,
        },
      ];
    }),
  );
}
