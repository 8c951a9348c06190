// What /proc/PID/mountinfo must say once init runs: every mount that is not optional is there, with its type and flags.

import type { Check } from '../../model/control.ts';
import type { MountFlag, MountPoint } from './part.ts';

/** How the kernel shows each flag. */
const SHOWN: Readonly<Record<MountFlag, string>> = {
  MOUNT_ATTR_RDONLY: 'ro',
  MOUNT_ATTR_NOSUID: 'nosuid',
  MOUNT_ATTR_NODEV: 'nodev',
  MOUNT_ATTR_NOEXEC: 'noexec',
  MOUNT_ATTR_NOATIME: 'noatime',
  MOUNT_ATTR_RELATIME: 'relatime',
  MOUNT_ATTR_STRICTATIME: '', // strictatime is what it is when no other is shown
  MOUNT_ATTR_NODIRATIME: 'nodiratime',
  MOUNT_ATTR_NOSYMFOLLOW: 'nosymfollow',
};

function words({ type, flags, idmapped = false }: MountPoint): string {
  return [...(type === null ? [] : [type]), ...flags.map((flag) => SHOWN[flag]), ...(idmapped ? ['idmapped'] : [])].filter((word) => word !== '').join(' ');
}

/** One check for each target: of mounts on the same place only the last is seen. */
export function mountChecks(table: readonly MountPoint[]): readonly Check[] {
  const seen = new Map(table.map((mount) => [mount.target, mount]));
  return [...seen.values()]
    .filter(({ optional }) => !optional)
    .map((mount) => ({
      what: `${mount.target} is mounted as planned`,
      why: mount.why,
      path: '/proc/{pid}/mountinfo',
      mount: mount.target,
      expect: words(mount) === '' ? { kind: 'matches', pattern: '.' } : { kind: 'has', text: words(mount) },
    }));
}
