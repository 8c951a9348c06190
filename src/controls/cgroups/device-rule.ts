// One line of a device list, as admin-guide/cgroup-v1/devices.rst defines it, and LXC's `/dev/NAME RIGHTS` beside it.

import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';

const BY_NAME = /^(\/\S+)\s+([rwm]{1,3})$/;
/** The kernel reads one rule of a write and ignores what follows it without an error, so the whole text must be one. */
const BY_NUMBER = /^(?:a(?: \*:\* rwm)?|[bc] (?:\d+|\*):(?:\d+|\*) [rwm]{1,3})$/;

/** The rule in the kernel's form, or why there is none. */
export function deviceRule(value: CgroupValue, host: HostFacts): { readonly text: string; readonly fault: Diagnostic | null } {
  const text = value.value.trim().split(/\s+/).join(' ');
  const fault = (reason: string) => ({ text, fault: diagnostic('HF514', { key: value.key, value: value.value, reason }, value.why) });
  const [, path, rights] = BY_NAME.exec(text) ?? [];
  if (path !== undefined) {
    const fact = host.paths[path];
    if (fact?.kind !== 'char' && fact?.kind !== 'block') return fault(`${path} is no device of this machine`);
    return { text: `${fact.kind === 'char' ? 'c' : 'b'} ${fact.major}:${fact.minor} ${rights}`, fault: null };
  }
  if (BY_NUMBER.test(text)) return { text, fault: null };
  return fault(text.startsWith('a ') ? "'a' is all devices with all rights, and takes nothing but '*:* rwm'" : 'it is not of the form TYPE MAJOR:MINOR RIGHTS');
}

/** Paths named by device rules: what the compiler must ask the machine about (HostFacts.paths). */
export function devicePaths(spec: ContainerSpec): readonly string[] {
  return spec.cgroup.values.flatMap(({ controller, value }) => (controller === 'devices' ? (BY_NAME.exec(value.trim())?.slice(1, 2) ?? []) : []));
}
