// Profiles with the names of LXC's four and what these are for, of the same rules as a generated one: for configurations that name them,
// on machines without LXC. They are about no container in particular, so every capability is left to the configuration.

import type { ProfileRequest } from './request.ts';
import { profileText } from './text.ts';

type Difference = Partial<Pick<ProfileRequest, 'own' | 'overlay' | 'devpts' | 'fileSystems' | 'nesting'>>;

const OWN = ['net', 'uts', 'ipc'] as const;

/** Containers that may mount nothing with a device; with a control group namespace; with the usual disks; with containers within. */
const SHIPPED: Readonly<Record<string, Difference>> = {
  'lxc-container-default': {},
  'lxc-container-default-cgns': { own: [...OWN, 'cgroup'], overlay: true },
  'lxc-container-default-with-mounting': { fileSystems: ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs'] },
  'lxc-container-default-with-nesting': { own: [...OWN, 'cgroup'], overlay: true, devpts: true, nesting: true },
};

export const SHIPPED_NAMES: readonly string[] = Object.keys(SHIPPED);

/** The text of one of them; null for another name. */
export function shippedProfile(name: string): string | null {
  const difference = Object.hasOwn(SHIPPED, name) ? SHIPPED[name] : undefined;
  if (difference === undefined) return null;
  const usual = {
    capabilities: null,
    own: OWN,
    covered: [],
    readOnly: true,
    fuse: false,
    nesting: false,
    namespace: null,
    fileSystems: [],
    devpts: false,
    overlay: false,
    words: [],
    raw: [],
  };
  return profileText({ name, ...usual, ...difference });
}
