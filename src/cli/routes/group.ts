// holdfast group: the control groups that several containers share (lxc.cgroup.dir).

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;
const group = { parse: String, brief: 'the group, as lxc.cgroup.dir names it', placeholder: 'GROUP' } as const;

const ls = buildCommand<{ json: boolean }, [], Context>({
  loader: async () => (await import('../commands/group/ls.ts')).ls,
  parameters: { flags: { json } },
  docs: { brief: 'list the groups, and the containers that run in each' },
});

const info = buildCommand<{ json: boolean }, [string], Context>({
  loader: async () => (await import('../commands/group/info.ts')).info,
  parameters: { flags: { json }, positional: { kind: 'tuple', parameters: [group] } },
  docs: { brief: 'show limits and use of a group, and whom the kernel killed in it for want of memory' },
});

const set = buildCommand<{ json: boolean }, [string, string, string], Context>({
  loader: async () => (await import('../commands/group/set.ts')).set,
  parameters: {
    flags: { json },
    positional: {
      kind: 'tuple',
      parameters: [
        group,
        { parse: String, brief: 'a control-group file: memory.max, memory.limit_in_bytes', placeholder: 'FILE' },
        { parse: String, brief: 'what to write to it', placeholder: 'VALUE' },
      ],
    },
  },
  docs: { brief: 'change a limit of a group while its containers run; configurations stay as they are' },
});

export const groupRoutes = buildRouteMap({
  routes: { ls, info, set },
  docs: { brief: 'control groups that several containers share (lxc.cgroup.dir, holdfast.cgroup.parent.FILE)' },
});
