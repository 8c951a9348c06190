// The record of a running container: what others need to enter, stop and describe it, written by the monitor when init is
// ready. It pins the start: attach uses these capabilities, ids and this very filter, whatever the files say by then.

import { payloadPaths } from '../controls/cgroups/index.ts';
import { newNamespaces } from '../controls/namespaces/index.ts';
import type { HostFacts } from '../model/host.ts';
import type { Origin } from '../model/origin.ts';
import type { ContainerRecord } from '../model/record.ts';
import type { ContainerSpec } from '../model/spec.ts';

const AS_AT_START: Origin = { kind: 'default', text: 'as at its start' };
/** Stands where the monitor puts init's pid, which only it knows. */
const PID_HOLE = '"@init@"';

/** The parts of the specification that matter to a process that joins later; the rest is done and over. */
function pinned(spec: ContainerSpec): ContainerSpec {
  return { ...spec, mounts: [], sysctls: [], proc: [], rlimits: [], unenforced: [], seccomp: null, network: [] };
}

/** JSON in two parts, around init's pid on the host. */
export function recordText(
  spec: ContainerSpec,
  host: HostFacts,
  { filter, configPath }: { readonly filter: Uint8Array | null; readonly configPath: string | null },
): { readonly before: string; readonly after: string } {
  const record: Omit<ContainerRecord, 'init'> & { readonly init: '@init@' } = {
    format: 1,
    init: '@init@',
    name: spec.name,
    config: configPath,
    namespaces: newNamespaces(spec, host),
    cgroups: payloadPaths(spec, host),
    filter: filter === null ? null : Buffer.from(filter).toString('base64'),
    spec: pinned(spec),
  };
  const text = JSON.stringify(record, (key, value: unknown) => (key === 'why' ? AS_AT_START : value));
  const [before = '', after = ''] = text.split(PID_HOLE);
  return { before, after: `${after}\n` };
}
