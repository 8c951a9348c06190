// /proc/self/status and its neighbours: what the caller may do; proc_pid_status(5), capabilities(7), user_namespaces(7).

import { type Machine, valueOr } from './machine.ts';

export interface CallerStatus {
  readonly capabilities: { readonly effective: bigint; readonly bounding: bigint };
  readonly lastCapability: number;
  readonly namespaces: readonly string[];
  readonly initialUserNamespace: boolean;
}

export function readStatus(machine: Machine): CallerStatus {
  const status = valueOr(machine.readText('/proc/self/status'), '');
  return {
    capabilities: { effective: bitMask(status, 'CapEff'), bounding: bitMask(status, 'CapBnd') },
    lastCapability: Number(valueOr(machine.readText('/proc/sys/kernel/cap_last_cap'), '0')),
    // `pid_for_children` and `time_for_children` are views of pid and time.
    namespaces: valueOr(machine.list('/proc/self/ns'), []).filter((name) => !name.endsWith('_for_children')),
    initialUserNamespace: isInitial(valueOr(machine.readText('/proc/self/uid_map'), '')),
  };
}

/** A set as the kernel prints it: 16 hexadecimal digits behind the name. Nothing when it is not there. */
function bitMask(status: string, name: string): bigint {
  const at = status.indexOf(`\n${name}:\t`);
  return at < 0 ? 0n : BigInt(`0x${status.slice(at + name.length + 3, at + name.length + 19)}`);
}

/** The initial user namespace maps all ids to themselves in one line; 4294967295 is no id. */
function isInitial(uidMap: string): boolean {
  return (
    uidMap
      .split(' ')
      .filter((word) => word !== '')
      .join(' ')
      .trim() === '0 0 4294967295'
  );
}
