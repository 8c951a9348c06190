// The two programs that write an ordinary user's id maps: newuidmap(1), newgidmap(1).

import { type Machine, valueOr } from './machine.ts';
import { type Mount, mountOf } from './mounts.ts';

const SET_USER_ID = 0o4000;
const ANY_EXECUTE = 0o111;
const PLACES = ['/usr/bin', '/usr/local/bin', '/bin', '/sbin', '/usr/sbin'];

/**
 * The helper's absolute path, null where it is absent or cannot have its privilege. Only fixed places are searched: what stands in
 * PATH may be anyone's. File capabilities (Fedora, Arch) are an extended attribute, which Node cannot read: a helper owned by root
 * without the set-user-id bit is taken to have them, and says itself when it has not.
 */
export function findHelper(machine: Machine, mounts: readonly Mount[], name: 'newuidmap' | 'newgidmap'): string | null {
  for (const place of PLACES) {
    const path = `${place}/${name}`;
    const found = machine.stat(path);
    if (!('value' in found)) continue;
    const { kind, mode, uid } = found.value;
    if (kind !== 'file' || uid !== 0 || (mode & ANY_EXECUTE) === 0) continue;
    // A nosuid mount takes away both the bit and the capabilities: mount(8).
    const mount = mountOf(mounts, valueOr(machine.realPath(path), path));
    if (mount?.options.includes('nosuid') === true) continue;
    if ((mode & SET_USER_ID) !== 0 || canHaveCapabilities(mode)) return path;
  }
  return null;
}

/** Distributions that use capabilities install it 0755; a stricter mode means that the privilege was taken away on purpose. */
function canHaveCapabilities(mode: number): boolean {
  return (mode & 0o777) === 0o755;
}
