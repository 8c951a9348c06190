// Landlock: a process gives up rights on files, ports and scopes for good, without any privilege, beside every other security
// module: landlock(7). For hosts without AppArmor and SELinux, for ordinary users, and below both.

import type { Check, Compiled, Control } from '../../model/control.ts';
import { type Diagnostic, diagnostic, hasErrors } from '../../model/diagnostic.ts';
import { abiOf } from '../../kernel/landlock.ts';
import type { HostFacts } from '../../model/host.ts';
import type { LandlockEntry, Ruleset } from '../../model/landlock.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { isAllowedMissing, missing } from '../missing.ts';
import { mountTable } from '../mounts/index.ts';
import { defaultRuleset } from './default.ts';
import { parseRuleset } from './parse.ts';
import { landlockSteps } from './steps.ts';

export { landlockSteps } from './steps.ts';

const KEY = 'holdfast.landlock';

/** The embedded container has it because nothing speaks against it: nobody asked, and it runs on kernels without it, too. */
const isOwnChoice = ({ landlock: asked }: ContainerSpec) => asked?.why.kind === 'default';

interface ChosenRuleset {
  /** Null: none was asked for, none can be had, or a diagnostic is an error. */
  readonly ruleset: Ruleset | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** The ruleset of a container on this machine. */
function rulesetOf(spec: ContainerSpec, host: HostFacts): ChosenRuleset {
  if (spec.landlock === null) return { ruleset: null, diagnostics: [] };
  const { value, why } = spec.landlock;
  const abi = abiOf(host.kernel);
  if (host.lsmsListed && !host.lsms.includes('landlock')) {
    if (isOwnChoice(spec)) return { ruleset: null, diagnostics: [diagnostic('HF282', { lsms: host.lsms.join(',') })] };
    const lacking = `Landlock is not among the security modules of this kernel (${host.lsms.join(',')})`;
    return { ruleset: null, diagnostics: [missing(spec, KEY, why, lacking, 'boot with lsm=landlock,... or a kernel with CONFIG_SECURITY_LANDLOCK')] };
  }
  if (value.kind === 'default') return { ruleset: defaultRuleset(spec, host, mountTable(spec, host)), diagnostics: [] };
  const { ruleset, diagnostics } = parseRuleset(value.text, value.path);
  if (hasErrors(diagnostics)) return { ruleset: null, diagnostics };
  if (ruleset.abi <= abi) return { ruleset: { ...ruleset, abi }, diagnostics };
  const older = diagnostic('HF281', { path: value.path, needs: String(ruleset.abi), abi: String(abi), release: host.kernel.release }, why);
  return { ruleset: null, diagnostics: [...diagnostics, older] };
}

/** Is there a file to which the ruleset must forbid a write that is allowed otherwise? */
function canTryForbidden(spec: ContainerSpec, { paths }: Ruleset): boolean {
  const opens = (path: string) => '/proc/self/comm/'.startsWith(path.endsWith('/') ? path : `${path}/`);
  return spec.mountAuto.proc !== null && !paths.some(({ path, rights }) => rights.includes('write_file') && opens(path));
}

/** The ruleset and how it is entered; for the record of a container as well as for its init. Null: none. */
export function landlockEntry(spec: ContainerSpec, host: HostFacts): LandlockEntry | null {
  const { ruleset } = rulesetOf(spec, host);
  if (ruleset === null) return null;
  return { ruleset, mayBeMissing: isOwnChoice(spec) || isAllowedMissing(spec, KEY), proc: canTryForbidden(spec, ruleset) };
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const { diagnostics } = rulesetOf(spec, host);
  const entry = landlockEntry(spec, host);
  return { steps: entry === null || spec.landlock === null ? [] : landlockSteps(entry, spec.landlock.why), diagnostics };
}

/** The kernel tells nobody what a process gave up: init has tried it, and nothing can be asked from outside. */
function verify(): readonly Check[] {
  return [];
}

export const landlock: Control = { name: 'landlock', compile, verify };
