// The two programs that write an ordinary user's id maps: newuidmap(1), newgidmap(1).

import type { HelperFault } from '../model/host.ts';
import { type FileStat, type Machine, valueOr } from './machine.ts';
import { type Mount, mountOf } from './mounts.ts';

const SET_USER_ID = 0o4000;
const ANY_EXECUTE = 0o111;
const PLACES = ['/usr/bin', '/usr/local/bin', '/bin', '/sbin', '/usr/sbin'];

/**
 * The helper's absolute path, or null where it is absent or cannot have its privilege, with the reason. Only fixed places are searched:
 * what stands in PATH may be anyone's. File capabilities (Fedora, Arch) are an extended attribute, which Node cannot read: a helper owned
 * by root without the set-user-id bit is taken to have them, and says itself when it has not.
 */
export function findHelper(machine: Machine, mounts: readonly Mount[], name: 'newuidmap' | 'newgidmap'): Helper {
  let fault: HelperFault | null = null;
  for (const place of PLACES) {
    const path = `${place}/${name}`;
    const found = machine.stat(path);
    if (!('value' in found)) continue;
    const wrong = faultOf(found.value, path, mountOf(mounts, valueOr(machine.realPath(path), path)));
    if (wrong === null) return { path, fault: null };
    fault ??= wrong;
  }
  return { path: null, fault };
}

export interface Helper {
  readonly path: string | null;
  /** Of one that is there and of no use. */
  readonly fault: HelperFault | null;
}

function faultOf({ kind, mode, uid }: FileStat, path: string, mount: Mount | null): HelperFault | null {
  const again = `chown root:root ${path} && chmod 4755 ${path}`;
  if (kind !== 'file') return { reason: `${path} is no program`, fix: 'apt install --reinstall uidmap' };
  if (uid !== 0) return { reason: `${path} does not belong to root`, fix: again };
  if ((mode & ANY_EXECUTE) === 0) return { reason: `${path} is not executable`, fix: again };
  // A nosuid mount takes away both the bit and the capabilities: mount(8).
  if (mount?.options.includes('nosuid') === true) {
    return { reason: `${path} lies on a file system that is mounted nosuid`, fix: `mount -o remount,suid ${mount.mountPoint}` };
  }
  if ((mode & SET_USER_ID) !== 0 || canHaveCapabilities(mode)) return null;
  return { reason: `${path} has lost its set-user-id bit`, fix: `chmod u+s ${path}` };
}

/** Distributions that use capabilities install it 0755; a stricter mode means that the privilege was taken away on purpose. */
function canHaveCapabilities(mode: number): boolean {
  return (mode & 0o777) === 0o755;
}
