// What holdfast doctor looks at besides the facts that every start reads: places, programs, and what of systemd there is.

import { dirname } from 'node:path';
import { baseline } from '../../host/baseline.ts';
import { systemClaims } from '../../host/id-claims.ts';
import { type Machine, valueOr } from '../../host/machine.ts';
import { mountOf, parseMountInfo } from '../../host/mounts.ts';
import { type BusyboxFact, findBusybox } from '../../host/static-program.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import type { IdClaim } from '../../model/id-claim.ts';
import { containerClaims } from '../ids/container-claims.ts';
import { userManager } from '../scope.ts';

export interface Place {
  readonly path: string;
  /** The directory itself, or the nearest one above it that is there. */
  readonly nearest: string;
  /** Is that one a directory? */
  readonly passable: boolean;
  readonly exists: boolean;
  readonly owner: number | null;
  readonly writable: boolean;
  readonly filesystem: string | null;
  readonly options: readonly string[];
}

export interface Surroundings {
  /** The kernel or the processor will not do. */
  readonly unfit: Diagnostic | null;
  readonly lxcpath: Place;
  /** Where compiled launchers are kept, and where ids are remembered. */
  readonly launchers: Place;
  readonly state: Place;
  readonly running: Place;
  readonly busybox: BusyboxFact;
  readonly apparmorParser: boolean;
  /** seccomp(2), SECCOMP_GET_ACTION_AVAIL, as the kernel lists it. */
  readonly seccompActions: readonly string[];
  readonly noNewPrivs: boolean;
  /** Is PID 1 systemd (sd_booted(3)), and is there a manager of this user's? */
  readonly systemd: boolean;
  readonly userManager: boolean;
  /** Whose ids are whose, containers included. */
  readonly claims: readonly IdClaim[];
}

const PARSERS = ['/sbin/apparmor_parser', '/usr/sbin/apparmor_parser'];

export function readSurroundings(machine: Machine, host: HostFacts, lxcpath: string): Surroundings {
  const mounts = parseMountInfo(valueOr(machine.readText('/proc/self/mountinfo'), ''));
  const isThere = (path: string) => 'value' in machine.stat(path);
  const place = (path: string): Place => {
    const nearest = nearestOf(machine, path);
    const found = machine.stat(nearest);
    const mount = mountOf(mounts, valueOr(machine.realPath(nearest), nearest));
    const passable = 'value' in found && found.value.kind === 'dir';
    return {
      path,
      nearest,
      passable,
      exists: nearest === path && passable,
      owner: 'value' in found ? found.value.uid : null,
      writable: machine.canWrite(nearest),
      filesystem: mount?.filesystem ?? null,
      options: mount?.options ?? [],
    };
  };
  return {
    unfit: baseline(machine),
    lxcpath: place(lxcpath),
    launchers: place(host.cacheDir),
    state: place(host.stateDir),
    running: place(host.runDir),
    busybox: findBusybox(machine),
    apparmorParser: PARSERS.some(isThere),
    seccompActions: valueOr(machine.readText('/proc/sys/kernel/seccomp/actions_avail'), '').trim().split(' ').filter(Boolean),
    noNewPrivs: /^NoNewPrivs:\s*1$/m.test(valueOr(machine.readText('/proc/self/status'), '')),
    systemd: isThere('/run/systemd/system'),
    userManager: userManager(machine, host) !== null,
    claims: [...systemClaims(machine), ...known(machine, host, lxcpath)],
  };
}

/** A register that cannot be read is told by who gives ids away; here it only means that less is known. */
function known(machine: Machine, host: HostFacts, lxcpath: string): readonly IdClaim[] {
  try {
    return containerClaims(machine, host, [lxcpath]);
  } catch (cause) {
    if (cause instanceof HoldfastError) return [];
    throw cause;
  }
}

/** A file stands in the way as well as a directory. */
function nearestOf(machine: Machine, path: string): string {
  return path === '/' || 'value' in machine.stat(path) ? path : nearestOf(machine, dirname(path));
}
