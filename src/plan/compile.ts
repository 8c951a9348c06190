// ContainerSpec and HostFacts -> Plan: asks every control, adds the frame, puts all in order, checks the laws of order.

import { apparmor, ownsProfile } from '../controls/apparmor/index.ts';
import { capabilities } from '../controls/capabilities/index.ts';
import { cgroups, payloadPaths, unifiedSlot } from '../controls/cgroups/index.ts';
import { credentials } from '../controls/credentials/index.ts';
import { devices } from '../controls/devices/index.ts';
import { idmap } from '../controls/idmap/index.ts';
import { keys } from '../controls/keys/index.ts';
import { labelSteps, reaperLabel } from '../controls/labels/index.ts';
import { landlock } from '../controls/landlock/index.ts';
import { limits } from '../controls/limits/index.ts';
import { mounts } from '../controls/mounts/index.ts';
import { cloneStep, namespaces, newNamespaces } from '../controls/namespaces/index.ts';
import { network } from '../controls/network/index.ts';
import { allows, compileFilter, notifies, seccomp } from '../controls/seccomp/index.ts';
import { selinux } from '../controls/selinux/index.ts';
import { userns } from '../controls/userns/index.ts';
import { unenforced } from '../controls/unenforced.ts';
import { CAPABILITIES } from '../kernel/capabilities.gen.ts';
import type { Control } from '../model/control.ts';
import { type Diagnostic, diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { HostFacts } from '../model/host.ts';
import type { LabelEntry } from '../model/label.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { Step } from '../model/step.ts';
import { REAPER_CALLS } from './reaper.ts';
import { claimSteps } from './claim.ts';
import { frame } from './frame.ts';
import { labelEntries } from './labels.ts';
import { inOrder } from './order.ts';
import { recordText } from './record.ts';

/** In the order in which they work within a phase: a profile is taken out after the groups of what was under it, device rules stand before init goes into its inner group, groups are joined before the cgroup namespace is made, ids come before sets. */
export const CONTROLS: readonly Control[] = [
  apparmor,
  devices,
  cgroups,
  namespaces,
  idmap,
  mounts,
  network,
  limits,
  capabilities,
  credentials,
  selinux,
  landlock,
  userns,
  keys,
  seccomp,
];

export interface PlanOptions {
  readonly detach: boolean;
  /** Where the configuration came from, for the record of the running container; null: the embedded default. */
  readonly configPath: string | null;
  /** A run without a name: no lock, no record, any number of them at once (unless it has control groups). */
  readonly anonymous: boolean;
}

export interface CompiledPlan {
  /** Null when a diagnostic is an error: nothing may be started. */
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** A guard needs a new PID namespace below it (else the host's processes would be in it) and the right to make one. None where notified
 * calls are passed on: their callers must have the process ids that the proxy knows (docs/adr/0006). */
function canGuard(spec: ContainerSpec, host: HostFacts): boolean {
  const sysAdmin = (host.capabilities.effective >> BigInt(CAPABILITIES.sys_admin)) & 1n;
  return newNamespaces(spec, host).includes('pid') && sysAdmin === 1n && host.procChildren;
}

/** Does the monitor do something between the clone and init's own steps? */
export function waits(steps: readonly Step[]): boolean {
  return steps.some((step) => step.who === 'monitor' && (step.phase === 'map' || step.phase === 'admit'));
}

/** Without a guard only PDEATHSIG ends init with its monitor, and the exec that changes the label clears that. A small PID 1 executes nothing. */
function outliving([label]: readonly LabelEntry[], asks: boolean): Diagnostic {
  const reason = asks
    ? 'calls that are passed on to a proxy (seccomp notify) leave no guard around the monitor'
    : 'this caller can put no guard around the monitor';
  return diagnostic('HF299', { reason }, label?.why);
}

/** Everything a start does, or the reasons why there can be none. */
export function compilePlan(spec: ContainerSpec, host: HostFacts, options: PlanOptions): CompiledPlan {
  const compiled = CONTROLS.map((control) => control.compile(spec, host));
  const { program: filter, flags } = compileFilter(spec, host);
  const diagnostics = [...compiled.flatMap((one) => one.diagnostics), ...unenforced(spec)];
  if (hasErrors(diagnostics)) return { plan: null, diagnostics };
  const reaps = spec.init.reaper && newNamespaces(spec, host).includes('pid') && (filter === null || allows(filter, host.arch, REAPER_CALLS));
  const guard = canGuard(spec, host) && (filter === null || !notifies(filter));
  const labels = labelEntries(spec, host);
  if (labels.some(({ exec }) => exec !== null) && !guard && !reaps)
    return { plan: null, diagnostics: [...diagnostics, outliving(labels, filter !== null && notifies(filter))] };
  // Control groups and profiles are named after the container: a run that has some needs its name for itself.
  const anonymous = options.anonymous && payloadPaths(spec, host).length === 0 && !ownsProfile(spec, host);
  const named = anonymous
    ? null
    : recordText(spec, host, { loaded: filter === null ? null : { filter, flags }, configPath: options.configPath, reaper: reaps });
  const ofControls = compiled.flatMap((one) => one.steps);
  const steps = inOrder([
    ...frame(spec, {
      guard,
      waits: waits(ofControls),
      detach: options.detach,
      reaper: reaps ? { visible: host.uid !== 0, label: reaperLabel(labels) } : null,
      controllingTerminal: spec.init.reaper,
      record: named,
    }),
    ...(anonymous ? [] : claimSteps(spec, host.runDir)),
    cloneStep(spec, host, unifiedSlot(spec, host)),
    ...labelSteps(labels),
    ...ofControls,
  ]);
  const halt = { signal: spec.signals.halt.value, seconds: spec.stopTimeout.value };
  return { plan: { name: spec.name, steps, detach: options.detach, guard, halt }, diagnostics };
}
