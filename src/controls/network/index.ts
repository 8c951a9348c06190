// Network: a namespace with nothing but `lo` (`empty`, also the default), or the host's own (`none`). Other types of
// lxc.net are not built; allowed to be missing, they leave the container with the empty network.

import type { Check, Compiled, Control } from '../../model/control.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec, NetworkSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { loopbackStep } from './loopback.ts';

function findings(spec: ContainerSpec, net: NetworkSpec, own: boolean): readonly Diagnostic[] {
  if (net.type === 'none') return [];
  const data = { index: String(net.index), type: net.type };
  const kept = own ? [] : [diagnostic('HF370', data, net.why)];
  if (net.type === 'empty') return kept;
  const others = net.keys.filter((key) => !key.endsWith('.type') && !key.endsWith('.flags')).join(', ');
  const reason = `networks of type ${net.type} are not built yet${others === '' ? '' : ` (${others} as well)`}`;
  const remedy = `write lxc.net.${net.index}.type = empty for a network of its own with loopback only, or none for the host's`;
  return [...kept, missing(spec, `lxc.net.${net.index}.type`, net.why, reason, remedy)];
}

/**
 * LXC brings `lo` up with the first interface that has `flags = up`, of whatever type; with no network configured it stays
 * down. The embedded default is for ordinary commands, which expect to reach themselves.
 */
function loopbackWhy(spec: ContainerSpec): Origin | null {
  const up = spec.network.find((net) => net.up && net.type !== 'none');
  if (up) return up.why;
  return spec.root.kind === 'host' ? { kind: 'default', text: 'ordinary commands expect to reach themselves' } : null;
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const own = newNamespaces(spec, host).includes('net');
  const why = own ? loopbackWhy(spec) : null;
  const shared = own ? [] : [diagnostic('HF371', {}, spec.network[0]?.why ?? spec.namespaces?.why)];
  return {
    steps: why === null ? [] : [loopbackStep(why)],
    diagnostics: [...shared, ...spec.network.flatMap((net) => findings(spec, net, own))],
  };
}

/** That the namespace is another one than the host's is checked by the namespaces control; `lo` is read back by init. */
function verify(): readonly Check[] {
  return [];
}

export const network: Control = { name: 'network', compile, verify };
