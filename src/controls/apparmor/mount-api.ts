// The calls that mount by descriptors (fsopen(2), open_tree(2), move_mount(2), mount_setattr(2)). AppArmor has no hook in most of them, and
// of a mount that is nowhere yet it knows no path: through them root of a container without ids of its own would write to a /proc that no
// rule is about. They answer ENOSYS, as on Linux 5.1, at which programs take mount(2), which is mediated. Where ids are mapped, the
// container's root owns nothing of the machine's /proc and /sys.

import type { Machine } from '../../kernel/constant.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { denyFilter, loadFilter } from '../seccomp/index.ts';
import { isGenerated } from './choose.ts';

const CALLS = ['fsopen', 'fspick', 'fsconfig', 'fsmount', 'open_tree', 'open_tree_attr', 'move_mount', 'mount_setattr'];

/** The bytes of the filter for a machine: what struct sock_fprog points to. */
export function mountApiFilter(machine: Machine): Uint8Array {
  return denyFilter(
    machine,
    'lxc.apparmor.profile',
    CALLS.map((name) => ({ name, errno: 'ENOSYS' })),
  );
}

/** For init and for whoever attaches. */
export function mountApiSteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  if (!isGenerated(spec) || newNamespaces(spec, host).includes('user')) return [];
  return [
    {
      who: 'init',
      phase: 'seccomp',
      what: 'load a filter against mounts by descriptors, which AppArmor does not see',
      why: spec.apparmor?.profile?.why ?? { kind: 'default', text: 'confined where AppArmor is on' },
      actions: [loadFilter(mountApiFilter(host.arch), ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'])],
      hints: {
        EACCES: 'a filter needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
        EINVAL: 'this kernel was built without CONFIG_SECCOMP_FILTER',
      },
    },
  ];
}
