// The steps of the bounding set: what no process of the container can ever gain again (capabilities(7)).

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { dropFromBounding } from './sets.ts';
import { capabilityName, capabilityTitle, kernelCapabilities, keptCapabilities, namedCapabilities, initialBounding } from './wanted.ts';

const HINTS: NonNullable<InitStep['hints']> = {
  EPERM: 'dropping from the bounding set needs CAP_SETPCAP: start as root, or map ids (lxc.idmap)',
  EINVAL: 'this kernel does not know the capability: the launcher was compiled on another one',
};

function dropStep(what: string, why: Origin, numbers: readonly number[]): InitStep {
  return { who: 'init', phase: 'bounding', what, why, actions: dropFromBounding(numbers), hints: HINTS };
}

/** `chown, kill`, `everything but sys_module`, or `nothing`: the shorter way to say which capabilities of the kernel these are. */
export function namesText(numbers: ReadonlySet<number>, kernel: readonly number[]): string {
  const absent = kernel.filter((number) => !numbers.has(number));
  if (numbers.size === 0) return 'nothing';
  if (absent.length === 0) return 'everything';
  if (absent.length >= numbers.size) return [...numbers].map(capabilityName).join(', ');
  return `everything but ${absent.map(capabilityName).join(', ')}`;
}

/** lxc.cap.drop: a step for each capability named, with its line; repeated names once. */
function stepsForDrop(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const seen = new Set<number>();
  return namedCapabilities(spec).flatMap(({ setting, number }) => {
    if (number > host.lastCapability || seen.has(number)) return [];
    seen.add(number);
    return [dropStep(`drop ${capabilityTitle(number)} from the bounding set`, setting.why, [number])];
  });
}

/** lxc.cap.keep: one step, since every number but those named goes for one and the same reason. */
function stepsForKeep(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const named = new Set(namedCapabilities(spec).map(({ number }) => number));
  const dropped = kernelCapabilities(host).filter((number) => !named.has(number));
  if (dropped.length === 0) return [];
  const kept = namesText(keptCapabilities(spec, host), kernelCapabilities(host));
  return [dropStep(`reduce the bounding set to ${kept}`, spec.capabilities.why, dropped)];
}

/**
 * What the caller lacked when this was compiled is dropped as well, though not asked for: another caller of the same
 * launcher may have it, and the plan says what holds, whoever starts it.
 */
function stepsForAbsent(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const named = new Set(namedCapabilities(spec).map(({ number }) => number));
  const keeps = spec.capabilities.mode === 'keep';
  const initial = initialBounding(spec, host);
  const absent = kernelCapabilities(host).filter((number) => named.has(number) === keeps && !initial.has(number));
  if (absent.length === 0) return [];
  const why: Origin = { kind: 'default', text: 'no container has more than the caller it was compiled for' };
  return [dropStep(`drop what the caller's bounding set lacks too: ${absent.map(capabilityName).join(', ')}`, why, absent)];
}

/** Drops everything that is not kept. */
export function boundingSteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const asked = spec.capabilities.mode === 'keep' ? stepsForKeep(spec, host) : stepsForDrop(spec, host);
  return [...asked, ...stepsForAbsent(spec, host)];
}
