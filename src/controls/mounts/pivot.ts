// Phase pivot: the new root becomes the root, and the old one, with every path of the host, is gone (pivot_root(2)).

import type { Origin } from '../../model/origin.ts';
import { ROOT } from './calls.ts';
import { type Part, part } from './part.ts';

const WHY: Origin = { kind: 'law', text: "no path leads from the container to the host's files" };

/**
 * `pivot_root(".", ".")` stacks the old root over the new one at the same place, so that it needs no directory to be put into;
 * the detaching umount2(2) takes it away from there, with all that is mounted below it.
 */
export function pivot(): Part {
  return part(
    'pivot',
    "make the new root file system the root, and take the host's away",
    WHY,
    [
      { sys: 'fchdir', args: [{ slot: ROOT }] },
      { sys: 'pivot_root', args: [{ text: '.' }, { text: '.' }] },
      { sys: 'umount2', args: [{ text: '.' }, { flags: ['MNT_DETACH'] }] },
      { sys: 'chdir', args: [{ text: '/' }] },
    ],
    { EINVAL: 'the host runs from its initial RAM file system, which pivot_root(2) cannot leave, or from a chroot' },
  );
}
