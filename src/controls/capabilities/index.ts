// Capabilities: the bounding set, and every other set through which a process could have more (capabilities(7)).
//
// Order within phase `credentials`, over two controls (this one stands before `credentials` in the plan):
//   1. here: secure bits 0 (needs CAP_SETPCAP), ambient and inheritable sets empty, PR_SET_KEEPCAPS where a filter needs it
//   2. credentials: groups, group, user
//   3. credentials, with afterIds() from here: PR_SET_KEEPCAPS off, permitted and effective sets to what may remain
// The inheritable set is what makes this necessary: root gets P'(permitted) = P(inheritable) | bounding at execve, so a
// capability that is inheritable at the caller passes a bounding set without it.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { boundingSteps, namesText } from './bounding.ts';
import { checkCapabilities } from './check.ts';
import { beforeIds, needsAdminForFilter, setsUntilExec } from './filter.ts';
import { prctl } from './prctl.ts';
import { CLEAR_AMBIENT, clearInheritable, expectBounding, expectSets, NORMAL_SECUREBITS } from './sets.ts';
import { capabilityMask, kernelCapabilities, keptCapabilities, maskText } from './wanted.ts';

export { keptCapabilities } from './wanted.ts';

const NOTHING_INHERITED: Origin = { kind: 'law', text: 'what the caller happens to hold never leaks in' };
const VERIFIED: Origin = { kind: 'law', text: 'verified' };

function normaliseStep(spec: ContainerSpec): InitStep {
  const keeps = needsAdminForFilter(spec);
  return {
    who: 'init',
    phase: 'credentials',
    what: `empty the inheritable and ambient capability sets, reset the secure bits${keeps ? ', keep CAP_SYS_ADMIN over the change of user for the filter' : ''}`,
    why: NOTHING_INHERITED,
    actions: [NORMAL_SECUREBITS, CLEAR_AMBIENT, ...clearInheritable(), ...beforeIds(spec)],
    hints: { EPERM: 'resetting the secure bits needs CAP_SETPCAP, and none of them may be locked' },
  };
}

/** PR_CAP_AMBIENT_IS_SET is not asked: an ambient capability must be inheritable too, and that set is read back as empty. */
function verifySteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const kept = keptCapabilities(spec, host);
  const own = setsUntilExec(spec);
  const rest = own === null ? '' : own === 0n ? ', no capability left' : ', none but CAP_SYS_ADMIN until execve';
  return [
    {
      who: 'init',
      phase: 'verify',
      what: `the bounding set is ${namesText(kept, kernelCapabilities(host))}`,
      why: VERIFIED,
      actions: expectBounding(kernelCapabilities(host), kept),
      hints: { EINVAL: 'this kernel has fewer capabilities: the launcher was compiled on another one' },
    },
    {
      who: 'init',
      phase: 'verify',
      what: `the inheritable and ambient sets are empty, the secure bits 0${rest}`,
      why: VERIFIED,
      actions: [...expectSets(own), { ...prctl('PR_GET_SECUREBITS'), expect: 0 }],
    },
  ];
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const steps = [...boundingSteps(spec, host), normaliseStep(spec), ...verifySteps(spec, host)];
  return { steps, diagnostics: checkCapabilities(spec, host) };
}

/**
 * From outside. An init that is not user 0 loses all at execve. Whether PID 1 is the reaper, which has no capability, or the
 * command itself is decided by the plan: with a reaper asked for, what it may use is not looked at, only what it may gain.
 */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  const kept = maskText(capabilityMask(keptCapabilities(spec, host)));
  const none = maskText(0n);
  const own = spec.init.uid.value === 0 ? kept : none;
  const check = (set: string, field: string, text: string): Check => ({
    what: `the ${set} capability set of PID 1`,
    why: set === 'bounding' ? spec.capabilities.why : NOTHING_INHERITED,
    path: '/proc/{pid}/status',
    field,
    expect: { kind: 'equals', text },
  });
  return [
    check('bounding', 'CapBnd', kept),
    check('inheritable', 'CapInh', none),
    check('ambient', 'CapAmb', none),
    ...(spec.init.reaper ? [] : [check('permitted', 'CapPrm', own), check('effective', 'CapEff', own)]),
  ];
}

export const capabilities: Control = { name: 'capabilities', compile, verify };
