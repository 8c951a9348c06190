// What can be wrong, or dangerous, with the capabilities asked for.

import { CAPABILITIES, type CapabilityName, LAST_CAPABILITY } from '../../kernel/capabilities.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { newNamespaces } from '../namespaces/new.ts';
import {
  ambientCapabilities,
  capabilityName,
  capabilityNumber,
  initialBounding,
  isKernelsRoot,
  kernelCapabilities,
  keptCapabilities,
  namedCapabilities,
} from './wanted.ts';

/** Those with which root of the host leaves any container, and how. The order is the order of the message. */
const HOST_POWERS: Readonly<Partial<Record<CapabilityName, string>>> = {
  sys_admin: 'mounts and administers the host',
  sys_module: 'loads code into the kernel',
  sys_rawio: 'reaches memory and devices',
  sys_ptrace: 'looks into any process it sees',
  dac_read_search: 'opens any file of the host by handle',
  bpf: 'loads programs into the kernel',
  sys_boot: 'restarts the host or loads another kernel',
  mac_admin: "changes the host's security policy",
  mac_override: "ignores the host's security policy",
  sys_time: "sets the host's clock",
};

function unknownNames(spec: ContainerSpec): readonly Diagnostic[] {
  return spec.capabilities.names.filter(({ value }) => capabilityNumber(value) === null).map(({ value, why }) => diagnostic('HF340', { name: value }, why));
}

/** Capabilities this kernel lacks: a drop has no object, a keep cannot be fulfilled. */
function newerThanKernel(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return namedCapabilities(spec)
    .filter(({ number }) => number > host.lastCapability)
    .map(({ setting, number }) => {
      const name = capabilityName(number);
      if (spec.capabilities.mode === 'drop') return diagnostic('HF341', { name }, setting.why);
      const reason = `this kernel has no capability ${name} (its last is ${capabilityName(host.lastCapability)})`;
      return missing(spec, 'lxc.cap.keep', setting.why, reason, 'remove it from the line, or start a newer kernel');
    });
}

function lackedByCaller(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (spec.capabilities.mode === 'drop') return [];
  const initial = initialBounding(spec, host);
  return namedCapabilities(spec)
    .filter(({ number }) => number <= host.lastCapability && !initial.has(number))
    .map(({ setting, number }) => {
      const reason = `the caller's own bounding set lacks ${capabilityName(number)}, and no container can have more`;
      const remedy = 'start it from a session or unit that has it, or map ids (lxc.idmap), where the container has its own';
      return missing(spec, 'lxc.cap.keep', setting.why, reason, remedy);
    });
}

/** A container without a user namespace is held by its capabilities alone: say which of them hold nothing. */
function hostPowers(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (newNamespaces(spec, host).includes('user')) return [];
  const kept = keptCapabilities(spec, host);
  const held = Object.entries(HOST_POWERS).filter(([name]) => kept.has(CAPABILITIES[name as CapabilityName]));
  if (held.length === 0) return [];
  const names = held.map(([name, power]) => `${name} (${power})`).join(', ');
  return [diagnostic('HF342', { names, drop: held.map(([name]) => name).join(' ') }, spec.capabilities.why)];
}

function keptInVain(spec: ContainerSpec): readonly Diagnostic[] {
  const { uid } = spec.init;
  const { mode, inheritance } = spec.capabilities;
  const inVain = mode === 'keep' && inheritance?.value === false && !isKernelsRoot(spec) && namedCapabilities(spec).length > 0;
  return inVain ? [diagnostic('HF343', { uid: String(uid.value) }, spec.capabilities.why)] : [];
}

/** A kernel that is newer than the table: what `drop` does not name stays, and it has names for all that is here. */
function newerThanTable(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  if (spec.capabilities.mode === 'keep' || namedCapabilities(spec).length === 0) return [];
  const kept = keptCapabilities(spec, host);
  const nameless = kernelCapabilities(host).filter((number) => number > LAST_CAPABILITY && kept.has(number));
  return nameless.length === 0 ? [] : [diagnostic('HF372', { numbers: nameless.join(' ') }, spec.capabilities.why)];
}

/** SECBIT_NOROOT, and nothing that gives user 0 capabilities in another way. */
function rootWithoutAny(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const found = spec.secureBits;
  if (found === undefined || isKernelsRoot(spec) || spec.init.uid.value !== 0 || ambientCapabilities(spec, host).size > 0) return [];
  return [diagnostic('HF373', {}, found.why)];
}

/** Every finding about capabilities. */
export function checkCapabilities(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  return [
    ...unknownNames(spec),
    ...newerThanKernel(spec, host),
    ...newerThanTable(spec, host),
    ...lackedByCaller(spec, host),
    ...hostPowers(spec, host),
    ...keptInVain(spec),
    ...rootWithoutAny(spec, host),
  ];
}
