// The record of a running container: what others need to enter, stop and describe it, written by the monitor when init is
// ready. It pins the start: attach uses these capabilities, ids and this very filter, whatever the files say by then.

import { payloadPaths } from '../controls/cgroups/index.ts';
import { deviceRecord } from '../controls/devices/index.ts';
import { landlockEntry } from '../controls/landlock/index.ts';
import { newNamespaces } from '../controls/namespaces/index.ts';
import type { LoadedFilter } from '../controls/seccomp/index.ts';
import { labelEntries } from './labels.ts';
import type { HostFacts } from '../model/host.ts';
import type { Origin } from '../model/origin.ts';
import type { ContainerRecord } from '../model/record.ts';
import type { ContainerSpec } from '../model/spec.ts';

const AS_AT_START: Origin = { kind: 'default', text: 'as at its start' };
/** Stands where the monitor puts init's pid, which only it knows. */
const PID_HOLE = '"@init@"';

/** The parts of the specification that matter to a process that joins later; the rest is done and over. */
function pinned(spec: ContainerSpec): ContainerSpec {
  const seccomp = spec.seccomp === null ? null : { ...spec.seccomp, value: { ...spec.seccomp.value, text: '', included: [] } };
  // The ruleset stands beside it; that there is one decides what a process keeps until it is under it.
  const landlock = spec.landlock === null ? null : ({ ...spec.landlock, value: { kind: 'default' } } as const);
  const apparmor = spec.apparmor === undefined ? {} : { apparmor: { ...spec.apparmor, raw: [] } };
  const { selinux: _context, ...rest } = spec;
  return { ...rest, ...apparmor, mounts: [], sysctls: [], unenforced: [], seccomp, landlock, network: [] };
}

/** What the decisions about ids, namespaces and capabilities depend on: who enters later may be somebody else. */
function starter(host: HostFacts): HostFacts {
  const { selinux: _policy, ...known } = host;
  return { ...known, paths: {}, cgroups: [], cgroupControllers: {}, rlimits: {}, lsms: [], lsmsListed: false, apparmor: null, runDir: '', cacheDir: '' };
}

/** JSON in two parts, around init's pid on the host. */
export function recordText(
  spec: ContainerSpec,
  host: HostFacts,
  { loaded, configPath, reaper }: { readonly loaded: LoadedFilter | null; readonly configPath: string | null; readonly reaper: boolean },
): { readonly before: string; readonly after: string } {
  const record: Omit<ContainerRecord, 'init'> & { readonly init: '@init@' } = {
    format: 1,
    init: '@init@',
    name: spec.name,
    config: configPath,
    namespaces: newNamespaces(spec, host),
    cgroups: payloadPaths(spec, host),
    devices: deviceRecord(spec, host),
    filter: loaded === null ? null : Buffer.from(loaded.filter).toString('base64'),
    ...(loaded === null || loaded.flags.length === 0 ? {} : { filterFlags: loaded.flags }),
    landlock: landlockEntry(spec, host),
    labels: labelEntries(spec, host),
    reaper,
    spec: pinned(spec),
    host: starter(host),
  };
  const text = jsonOf(record);
  // The first one: a value of the configuration may be the same word.
  const hole = text.indexOf(PID_HOLE);
  return { before: text.slice(0, hole), after: `${text.slice(hole + PID_HOLE.length)}\n` };
}

function jsonOf(record: object): string {
  return JSON.stringify(record, (key, value: unknown) => {
    if (key === 'why') return AS_AT_START;
    return typeof value === 'bigint' ? { bigint: value.toString() } : value;
  });
}

/** A record that was read and changed, as it is written again. */
export function recordAsText(record: ContainerRecord): string {
  return `${jsonOf(record)}\n`;
}

/** Reads what `recordText` wrote. Null for anything else, e.g. a record that is being written at this moment. */
export function parseRecord(text: string): ContainerRecord | null {
  try {
    const record = JSON.parse(text, (_key, value: unknown) => (isBigint(value) ? BigInt(value.bigint) : value)) as ContainerRecord;
    return record.format === 1 && Number.isSafeInteger(record.init) ? record : null;
  } catch {
    return null;
  }
}

function isBigint(value: unknown): value is { readonly bigint: string } {
  return typeof value === 'object' && value !== null && 'bigint' in value && typeof value.bigint === 'string';
}
