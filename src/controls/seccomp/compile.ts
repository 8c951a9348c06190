// The policy of a container -> the bytes of its filter, pass by pass:
// parse (text; oci for JSON) -> names -> notify -> resolve (per architecture) -> ranges, search-tree,
// lower, generate -> classic BPF.

import { findFault } from '../../bpf/check.ts';
import { encodeProgram } from '../../bpf/instruction.ts';
import { type Diagnostic, diagnostic, hasErrors } from '../../model/diagnostic.ts';
import type { FilterFlag } from '../../model/filter-flag.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { keptCapabilities } from '../capabilities/index.ts';
import { checkCoverage } from './coverage.ts';
import { generateFilter } from './generate.ts';
import { checkNames } from './names.ts';
import { checkNarrow } from './narrow.ts';
import { settleNotify } from './notify.ts';
import type { Surroundings } from './oci/index.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './read-policy.ts';
import { resolvePolicy } from './resolve.ts';
import { sectionName } from './sections.ts';
import { checkShadows } from './shadows.ts';
import { checkStart } from './start.ts';
import { verdictText } from './verdicts.ts';
import { readWeights } from './weights.ts';

export interface CompiledFilter {
  /** What struct sock_fprog points to; null: no policy, or a faulty one. */
  readonly program: Uint8Array | null;
  /** What seccomp(2) is told besides. */
  readonly flags: readonly FilterFlag[];
  /** The policy in few words; empty without a program. */
  readonly summary: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** The same policy on the same machine always gives the same bytes: attach loads what start loaded. */
export function compileFilter(spec: ContainerSpec, host: HostFacts): CompiledFilter {
  const { seccomp } = spec;
  if (seccomp === null) return { program: null, flags: [], summary: '', diagnostics: [] };
  const parsed = readPolicy(seccomp.value, seccomp.value.included ?? [], surroundings(spec, host));
  const nothing = (diagnostics: readonly Diagnostic[]): CompiledFilter => ({ program: null, flags: [], summary: '', diagnostics });
  if (parsed.policy === null) return nothing(parsed.diagnostics);

  const weighed = readWeights(seccomp.value.weights);
  const settled = settleNotify(parsed.policy, spec);
  const read = [
    ...parsed.diagnostics,
    ...checkNames(parsed.policy, host.arch),
    ...settled.diagnostics,
    ...checkShadows(settled.policy),
    ...checkNarrow(settled.policy),
    ...weighed.diagnostics,
  ];
  const found = [...read, ...checkPersonality(parsed.policy, spec, host)];
  if (hasErrors(found)) return nothing(found);

  const instructions = generateFilter(resolvePolicy(settled.policy, host.arch), weighed.weights);
  const fault = findFault(instructions);
  if (fault !== null) return nothing([...found, diagnostic('HF213', { fault }, settled.policy.otherwise.span)]);
  const program = encodeProgram(instructions);
  const start = checkStart(program, host.arch, spec, seccomp.why);
  const diagnostics = [...found, ...checkCoverage(settled.policy, host.arch), ...start];
  if (hasErrors(start)) return nothing(diagnostics);
  return { program, flags: settled.policy.flags ?? [], summary: summary(settled.policy, instructions.length), diagnostics };
}

/** The capabilities are looked at only where a profile asks for them. */
function surroundings(spec: ContainerSpec, host: HostFacts): Surroundings {
  return {
    machine: host.arch,
    kernel: host.kernel,
    get capabilities() {
      return keptCapabilities(spec, host);
    },
  };
}

function checkPersonality({ version, otherwise }: Policy, { personality }: ContainerSpec, { arch }: HostFacts): readonly Diagnostic[] {
  if (version !== 1 || personality?.value !== 'linux32') return [];
  return [diagnostic('HF219', { section: sectionName(arch === 'x86_64' ? 'i386' : 'arm') }, otherwise.span)];
}

function summary({ list, rules, otherwise }: Policy, length: number): string {
  return `${list}list of ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, otherwise ${verdictText(otherwise.verdict)}, ${length} instructions`;
}
