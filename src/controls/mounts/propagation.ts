// Phase private, and the last step of pivot: what is mounted in the container stays there, and inside it works as usual.

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { change } from './calls.ts';
import { type Part, part } from './part.ts';
import { followsHost, type Situation } from './situation.ts';

const CUT: Origin = { kind: 'law', text: "nothing that is mounted in the container reaches the host's mounts" };

/**
 * Nothing done from here on propagates to the host (mount_namespaces(7)). With entries that ask to follow the host (`rslave`
 * and the like) its mounts still come in, but only into the trees of those entries: every other tree is cut off by itself.
 */
export function cutFromHost(spec: ContainerSpec, { follows }: Situation): Part {
  const asking = spec.mounts.find(({ options }) => followsHost(options));
  const hints = {
    EPERM: 'mounting takes CAP_SYS_ADMIN over the mount namespace, and something around the caller takes it away (a container, a seccomp filter, an LSM)',
    ENOSYS: 'mount_setattr needs Linux 5.12, or a seccomp filter around the caller hides it',
  };
  return follows && asking
    ? part(
        'private',
        "cut the mounts off from the host's, except that new mounts there still arrive",
        asking.why,
        [change({ hostPath: '/' }, { propagation: 'MS_SLAVE', recursive: true })],
        hints,
      )
    : part('private', "cut the mounts off from the host's", CUT, [change({ hostPath: '/' }, { propagation: 'MS_PRIVATE', recursive: true })], hints);
}

/** Mounts in the container reach the mount namespaces that are made inside it, as an init system there expects (LXC does the same). */
export function shareInside(): Part {
  const why: Origin = { kind: 'default', text: 'an init system inside relies on it, as systemd does' };
  return part('pivot', 'let mounts propagate inside the container', why, [change({ hostPath: '/' }, { propagation: 'MS_SHARED', recursive: true })]);
}
