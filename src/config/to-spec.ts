// From settings to a ContainerSpec: what is asked, with LXC's defaults where the configuration is silent. Pure.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { Setting } from '../model/origin.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { effective } from './effective.ts';
import { type ConfigSetting, namesFile } from './setting.ts';
import { toApparmor } from './to-spec/apparmor.ts';
import { toCgroup } from './to-spec/cgroups.ts';
import {
  toCapabilities,
  toIdmap,
  toKeyring,
  toLandlock,
  toNamed,
  toNamespaces,
  toRlimits,
  toSeccomp,
  toSecureBits,
  toKeyctl,
  toUsernsMax,
} from './to-spec/confinement.ts';
import { booleanOr, integerOr, textOrNull } from './to-spec/defaults.ts';
import { toDev } from './to-spec/devices.ts';
import { type InitRequest, namesCommand, toEnvironment, toInit, toPersonality, toSignals } from './to-spec/init.ts';
import { toMountAuto, toMounts } from './to-spec/mounts.ts';
import { toNetwork } from './to-spec/network.ts';
import { toRoot } from './to-spec/root.ts';
import { toSelinux } from './to-spec/selinux.ts';
import { noteIneffective, toAllowMissing, toUnenforced } from './to-spec/unenforced.ts';

export interface SpecRequest extends InitRequest {
  readonly name: string;
  /** Where containers are kept: LXC takes LXCPATH/NAME/rootfs in the target of a mount for the root. */
  readonly lxcPath?: string;
  /** lxc.cgroup.pattern of lxc.conf, e.g. `lxc/%n`. */
  readonly cgroupPattern?: Setting<string> | null;
}

export interface SpecResult {
  /** null when a diagnostic is an error, or a setting was one already. */
  readonly spec: ContainerSpec | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** What lxc-stop waits. */
const STOP_TIMEOUT = 60;

/** The container that settings ask for. `command` replaces init and puts a reaper in front of it. */
export function toSpec(all: readonly ConfigSetting[], request: SpecRequest): SpecResult {
  const diagnostics: Diagnostic[] = [];
  const report = (found: Diagnostic) => diagnostics.push(found) > 0;
  const settings = effective(all);
  const root = toRoot(settings, namesCommand(settings, request), report);
  const mounts = toMounts(settings, root, [`${request.lxcPath ?? '/var/lib/lxc'}/${request.name}/rootfs`], report);
  const rest = {
    name: request.name,
    init: toInit(settings, request),
    hostname: textOrNull(settings, 'lxc.uts.name'),
    environment: toEnvironment(settings),
    namespaces: toNamespaces(settings, report),
    ...toIdmap(settings),
    capabilities: toCapabilities(settings, report),
    ...toSecureBits(settings),
    ...toUsernsMax(settings),
    ...toKeyctl(settings),
    noNewPrivs: booleanOr(settings, 'lxc.no_new_privs', false, 'no_new_privs is not set'),
    mountAuto: toMountAuto(settings),
    mounts: mounts.entries,
    dev: toDev(settings),
    cgroup: toCgroup(settings, request.cgroupPattern ?? null, report),
    rlimits: toRlimits(settings),
    sysctls: toNamed(settings, 'lxc.sysctl.'),
    proc: toNamed(settings, 'lxc.proc.'),
    network: toNetwork(settings, report),
    seccomp: toSeccomp(settings, report),
    ...toSelinux(settings, report),
    landlock: toLandlock(settings),
    ...toApparmor(settings),
    personality: toPersonality(settings),
    signals: toSignals(settings),
    stopTimeout: integerOr(settings, 'holdfast.stop.timeout', STOP_TIMEOUT, 'lxc-stop waits 60 seconds'),
    keyring: toKeyring(settings, report),
    unenforced: [...toUnenforced(settings), ...mounts.unenforced],
    allowMissing: toAllowMissing(settings),
  };
  noteIneffective(settings, report);
  const usable = root !== null && !hasErrors(diagnostics) && all.every(isValid) && settings.every(hasItsText);
  return { spec: usable ? { ...rest, root } : null, diagnostics };
}

/** Of the others the reader has said what is wrong. */
function isValid(setting: ConfigSetting): boolean {
  return setting.parsed.kind !== 'invalid';
}

/** A policy that could not be read is not a container without one. */
function hasItsText(setting: ConfigSetting): boolean {
  return setting.attached !== null || !namesFile(setting);
}
