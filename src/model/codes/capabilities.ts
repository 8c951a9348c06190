// Diagnostics of capabilities beyond those in controls.ts: HF344-HF349 and HF372-HF379.

import type { CodeEntry } from '../codes.ts';

export const CAPABILITY_CODES = {
  HF372: {
    severity: 'info',
    message: 'this kernel has capabilities without a name here, and they stay: {numbers}',
    help: 'add them to lxc.cap.drop by number',
  },
  HF373: {
    severity: 'info',
    message: 'with noroot init begins without any capability, although it is user 0',
    help: 'name what it is to have (lxc.cap.keep), or give it all that is left (lxc.cap.inheritance = 1)',
  },
  HF374: {
    severity: 'error',
    message: 'holdfast.userns.max = {max} in a container without a user namespace would be a limit of the host',
    help: 'write 0, which a filter holds, or map its ids (lxc.idmap)',
  },
  HF375: {
    severity: 'error',
    message: 'holdfast.userns.max = {max} would not hold: root of the container has sys_resource, and with it raises the limit',
    help: 'add sys_resource to lxc.cap.drop, or write 0, which a filter holds',
  },
  HF376: {
    severity: 'warning',
    message: '{key} takes {names} away, and any process of the container has them again in a user namespace that it makes',
    help: 'holdfast.userns.max = 0 refuses to make one; so does a policy (lxc.seccomp.profile) that denies clone and unshare with CLONE_NEWUSER, and clone3',
  },
} as const satisfies Record<string, CodeEntry>;
