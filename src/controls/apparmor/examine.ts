// What is asked for and what is here -> the label, or why there can be none.

import { type Diagnostic, diagnostic, hasErrors } from '../../model/diagnostic.ts';
import type { ApparmorFacts, HostFacts } from '../../model/host.ts';
import type { LabelEntry } from '../../model/label.ts';
import type { Origin, Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { generatedName, mayLoad } from './choose.ts';
import type { LoadedProfile } from './load.ts';
import { nameProblem } from './name.ts';
import { rawProblem } from './raw.ts';

const KEY = 'lxc.apparmor.profile';

export interface Examined {
  /** Null: none is entered, or it is not known for an error among the diagnostics. */
  readonly label: LabelEntry | null;
  /** To be loaded before; null: there is none, or it is loaded already. */
  readonly profile: LoadedProfile | null;
  readonly diagnostics: readonly Diagnostic[];
}

const nothing = (...diagnostics: readonly Diagnostic[]): Examined => ({ label: null, profile: null, diagnostics });

/** What the configuration asks for, on this machine. */
export function examine(spec: ContainerSpec, host: HostFacts): Examined {
  const profile = spec.apparmor?.profile ?? null;
  if (profile === null || profile.value === 'unchanged') return nothing();
  const { value, why } = profile;
  if (host.apparmor === null) {
    if (value === 'unconfined') return nothing();
    const lacking = host.lsmsListed
      ? `AppArmor is not among the security modules of this kernel (${host.lsms.join(',')})`
      : 'AppArmor is not at work in this kernel';
    return nothing(missing(spec, KEY, why, lacking, `boot with apparmor=1 security=apparmor, or write ${KEY} = unconfined`));
  }
  if (value === 'unconfined') return host.apparmor.own === 'unconfined' ? nothing() : { ...nothing(), label: labelOf('unconfined', 'unconfined', null, why) };
  const incomplete = mediation(spec, host.apparmor, why);
  if (hasErrors(incomplete)) return nothing(...incomplete);
  const examined = value === 'generated' ? generated(spec, host, host.apparmor, why) : named(spec, profile, host.apparmor.modes);
  return { ...examined, diagnostics: [...incomplete, ...examined.diagnostics] };
}

/** Without mediation of mounts a profile can be got around by mounting what it closes elsewhere. */
function mediation(spec: ContainerSpec, { mediatesMounts }: ApparmorFacts, why: Origin): readonly Diagnostic[] {
  if (mediatesMounts) return [];
  const allowed = spec.apparmor?.allowIncomplete;
  if (allowed?.value === true) return [diagnostic('HF297', {}, allowed.why)];
  const remedy = 'boot a kernel whose AppArmor mediates mounts, or accept it with lxc.apparmor.allow_incomplete = 1';
  return [missing(spec, KEY, why, "this kernel's AppArmor does not mediate mounts, so a profile can be got around", remedy)];
}

function named(spec: ContainerSpec, { value: name, why }: Setting<string>, modes: ApparmorFacts['modes']): Examined {
  const problem = nameProblem(name);
  if (problem !== null) return nothing(diagnostic('HF290', { name, problem }, why));
  // Who may not read the list is told by the kernel (ENOENT).
  const mode = modes === null ? 'enforce' : (modes[name] ?? null);
  if (mode === null) return nothing(diagnostic('HF291', { name, remedy: notLoaded(name) }, why));
  const label = labelOf(name, name, mode, why);
  if (mode === 'enforce' || mode === 'kill') return { ...nothing(), label };
  const reason = `the profile ${name} is loaded in mode ${mode}, which denies nothing`;
  return { ...nothing(missing(spec, KEY, why, reason, `enforce it (aa-enforce ${name}), or write ${KEY} = unconfined`)), label };
}

/** Where a profile of this name usually comes from. */
function notLoaded(name: string): string {
  if (!name.startsWith('lxc-container-default')) return `load it with 'apparmor_parser -r FILE', or write ${KEY} = generated`;
  return `load it ('holdfast apparmor show ${name} | apparmor_parser -r', or /etc/apparmor.d/lxc-containers of LXC), or write ${KEY} = generated`;
}

/** Of a caller who may load one, in a namespace whose end is the end of all that is under it. */
function generated(spec: ContainerSpec, host: HostFacts, { compiled }: ApparmorFacts, why: Origin): Examined {
  const wrong = (spec.apparmor?.raw ?? []).flatMap((line) => {
    const problem = rawProblem(line.value);
    return problem === null ? [] : [diagnostic('HF292', { rule: line.value, problem }, line.why)];
  });
  if (wrong.length > 0) return nothing(...wrong);
  if (!mayLoad(host)) {
    const remedy = `start it as root, or write the name of a profile that is loaded, or ${KEY} = unconfined`;
    return nothing(missing(spec, KEY, why, 'only root of the machine (CAP_MAC_ADMIN) may load a profile', remedy));
  }
  if (!newNamespaces(spec, host).includes('pid')) return nothing(diagnostic('HF293', {}, why));
  const name = generatedName(spec);
  const namespace = spec.apparmor?.nesting.value === true ? name : null;
  const label = namespace === null ? labelOf(name, name, 'enforce', why) : labelOf(name, `${name}//&:${namespace}:unconfined`, 'enforce', why);
  switch (compiled?.kind) {
    case 'binary':
      return { label, profile: { name, binary: compiled.bytes, namespace }, diagnostics: [] };
    case 'pending':
      // Its label is known already; a start has compiled it before it plans.
      return { ...nothing(missing(spec, KEY, why, 'the profile was not compiled', 'start it again')), label };
    case 'refused':
      return nothing(diagnostic('HF294', { message: compiled.message, rule: compiled.rule ?? 'a rule of its own' }, compiled.why ?? why));
    case 'absent':
    case undefined: {
      const reason = compiled?.reason ?? 'the profile was not compiled';
      return nothing(missing(spec, KEY, why, reason, `install it (apt-get install apparmor), or write ${KEY} = unconfined`));
    }
  }
}

/** `mode` null: the kernel says the name alone. */
function labelOf(name: string, label: string, mode: string | null, why: Origin): LabelEntry {
  const reads = mode === null ? `${label}\n` : `${label} (${mode})\n`;
  return {
    module: 'AppArmor',
    name,
    why,
    exec: { file: 'apparmor/exec', text: `exec ${label}`, reads },
    current: { file: 'apparmor/current', text: `changeprofile ${label}`, reads },
  };
}
