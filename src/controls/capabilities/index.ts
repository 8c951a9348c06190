// Capabilities: the bounding set, and every other set through which a process could have more (capabilities(7)).
//
// Order within phase `credentials`, over two controls (this one stands before `credentials` in the plan):
//   1. here: secure bits 0 (needs CAP_SETPCAP), ambient and inheritable sets empty, PR_SET_KEEPCAPS where something is to remain
//   2. credentials: groups, group, user
//   3. credentials, with afterIds() from here: PR_SET_KEEPCAPS off, every set to what may remain, the secure bits asked for
// The inheritable set is what makes this necessary: root gets P'(permitted) = P(inheritable) | bounding at execve, so a
// capability that is inheritable at the caller passes a bounding set without it.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { boundingSteps, namesText } from './bounding.ts';
import { checkCapabilities } from './check.ts';
import { prctl } from './prctl.ts';
import { secureBitMask } from './secure-bits.ts';
import { CLEAR_AMBIENT, clearInheritable, expectAmbient, expectBounding, expectSets, NORMAL_SECUREBITS } from './sets.ts';
import { beforeIds, setsUntilExec, setsUntilExecText } from './until-exec.ts';
import { ambientCapabilities, capabilityMask, isKernelsRoot, kernelCapabilities, keptCapabilities, maskText } from './wanted.ts';

export { keptCapabilities } from './wanted.ts';

const NOTHING_INHERITED: Origin = { kind: 'law', text: 'what the caller happens to hold never leaks in' };
const VERIFIED: Origin = { kind: 'law', text: 'verified' };

function normaliseStep(spec: ContainerSpec, host: HostFacts): InitStep {
  const keeps = setsUntilExecText(spec, host);
  return {
    who: 'init',
    phase: 'credentials',
    what: `empty the inheritable and ambient capability sets, reset the secure bits${keeps === '' ? '' : `, keep ${keeps} over the change of user`}`,
    why: NOTHING_INHERITED,
    actions: [NORMAL_SECUREBITS, CLEAR_AMBIENT, ...clearInheritable(), ...beforeIds(spec, host)],
    hints: { EPERM: 'resetting the secure bits needs CAP_SETPCAP, and none of them may be locked' },
  };
}

function verifySteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const kept = keptCapabilities(spec, host);
  const own = setsUntilExec(spec, host);
  const ambient = ambientCapabilities(spec, host);
  const left = setsUntilExecText(spec, host);
  const rest = own === null ? '' : `, no capability left${left === '' ? '' : ` but ${left}`}`;
  const inherited = ambient.size === 0 ? 'empty' : namesText(ambient, kernelCapabilities(host));
  const bits = secureBitMask(spec);
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
      what: `the inheritable and ambient sets are ${inherited}, the secure bits ${bits === 0 ? 0 : (spec.secureBits?.value ?? []).join(', ')}${rest}`,
      why: VERIFIED,
      actions: [...expectSets(own, capabilityMask(ambient)), ...expectAmbient(ambient), { ...prctl('PR_GET_SECUREBITS'), expect: bits }],
    },
  ];
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const steps = [...boundingSteps(spec, host), normaliseStep(spec, host), ...verifySteps(spec, host)];
  return { steps, diagnostics: checkCapabilities(spec, host) };
}

/**
 * From outside. At execve user 0 is given what is kept, another user what is ambient. Whether PID 1 is the reaper, which has no
 * capability, or the command itself is decided by the plan: with a reaper asked for, what it may use is not looked at, only what
 * it may gain.
 */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  const kept = maskText(capabilityMask(keptCapabilities(spec, host)));
  const ambient = maskText(capabilityMask(ambientCapabilities(spec, host)));
  const own = isKernelsRoot(spec) ? kept : ambient;
  const check = (set: string, field: string, text: string): Check => ({
    what: `the ${set} capability set of PID 1`,
    why: set === 'bounding' ? spec.capabilities.why : NOTHING_INHERITED,
    path: '/proc/{pid}/status',
    field,
    expect: { kind: 'equals', text },
  });
  return [
    check('bounding', 'CapBnd', kept),
    ...(spec.init.reaper && ambient !== maskText(0n) ? [] : [check('inheritable', 'CapInh', ambient), check('ambient', 'CapAmb', ambient)]),
    ...(spec.init.reaper ? [] : [check('permitted', 'CapPrm', own), check('effective', 'CapEff', own)]),
  ];
}

export const capabilities: Control = { name: 'capabilities', compile, verify };
