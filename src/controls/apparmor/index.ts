// AppArmor: the profile that init and all it starts are under, entered by the exec of init: apparmor(7), aa_change_onexec(2).

import type { Check, Compiled, Control } from '../../model/control.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { LabelEntry } from '../../model/label.ts';
import type { Origin, Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { nameProblem } from './name.ts';

const KEY = 'lxc.apparmor.profile';
/** Values that name no profile. */
const WORDS = ['unconfined', 'unchanged', 'generated'];

/** The profile that is named, if one is. */
function namedProfile({ apparmor }: ContainerSpec): Setting<string> | null {
  const profile = apparmor?.profile ?? null;
  return profile === null || WORDS.includes(profile.value) ? null : profile;
}

/** The profiles that the compiler wants to know about. */
export function profilesAsked(spec: ContainerSpec): readonly string[] {
  const named = namedProfile(spec);
  return named === null ? [] : [named.value];
}

interface Chosen {
  /** Null: none is entered, or a diagnostic is an error. */
  readonly label: LabelEntry | null;
  readonly diagnostics: readonly Diagnostic[];
}

const nothing = (...diagnostics: readonly Diagnostic[]): Chosen => ({ label: null, diagnostics });

/** What the configuration asks for, on this machine. */
function choose(spec: ContainerSpec, host: HostFacts): Chosen {
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
  if (value === 'unconfined') return host.apparmor.own === 'unconfined' ? nothing() : { label: labelOf('unconfined', null, why), diagnostics: [] };
  if (value === 'generated') return nothing(missing(spec, KEY, why, 'profiles are not generated', 'name a profile that is loaded'));
  return named(spec, profile, host.apparmor.modes);
}

function named(spec: ContainerSpec, { value: name, why }: Setting<string>, modes: Readonly<Record<string, string | null>> | null): Chosen {
  const problem = nameProblem(name);
  if (problem !== null) return nothing(diagnostic('HF290', { name, problem }, why));
  // Who may not read the list is told by the kernel (ENOENT).
  const mode = modes === null ? 'enforce' : (modes[name] ?? null);
  if (mode === null) return nothing(diagnostic('HF291', { name, remedy: notLoaded(name) }, why));
  const label = labelOf(name, mode, why);
  if (mode === 'enforce' || mode === 'kill') return { label, diagnostics: [] };
  const reason = `the profile ${name} is loaded in mode ${mode}, which denies nothing`;
  return { label, diagnostics: [missing(spec, KEY, why, reason, `enforce it (aa-enforce ${name}), or write ${KEY} = unconfined`)] };
}

/** Where a profile of this name usually comes from. */
function notLoaded(name: string): string {
  const source = name.startsWith('lxc-container-default') ? '/etc/apparmor.d/lxc-containers' : 'FILE';
  return `load it with 'apparmor_parser -r ${source}', or write lxc.apparmor.profile = generated`;
}

/** `mode` null: the kernel says the name alone. */
function labelOf(name: string, mode: string | null, why: Origin): LabelEntry {
  const reads = mode === null ? `${name}\n` : `${name} (${mode})\n`;
  return {
    module: 'AppArmor',
    name,
    why,
    exec: { file: 'apparmor/exec', text: `exec ${name}`, reads },
    current: { file: 'apparmor/current', text: `changeprofile ${name}`, reads },
  };
}

/** The label that init enters; null: it keeps the caller's. */
export function apparmorLabel(spec: ContainerSpec, host: HostFacts): LabelEntry | null {
  return choose(spec, host).label;
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  return { steps: [], diagnostics: choose(spec, host).diagnostics };
}

function verify(): readonly Check[] {
  return [];
}

export const apparmor: Control = { name: 'apparmor', compile, verify };
