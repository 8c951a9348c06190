// holdfast apparmor: profiles of containers.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { type ConfigFlags, configAliases, configFlags, namePositional } from '../flags.ts';

const show = buildCommand<ConfigFlags, [string?], Context>({
  loader: async () => (await import('../commands/apparmor/show.ts')).show,
  parameters: { flags: configFlags, aliases: configAliases, positional: namePositional },
  docs: {
    brief: 'print the profile of a container, or one that comes with Holdfast under the name of one of LXC',
    customUsage: ['NAME', '-f FILE', 'lxc-container-default[-cgns|-with-mounting|-with-nesting]'],
  },
});

const check = buildCommand<ConfigFlags & { json: boolean }, [string?], Context>({
  loader: async () => (await import('../commands/apparmor/check.ts')).check,
  parameters: {
    flags: { ...configFlags, json: { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } },
    aliases: configAliases,
    positional: namePositional,
  },
  docs: {
    brief: "what AppArmor can do here, which profiles are loaded, and whether a container's own compiles",
    fullDescription:
      "What AppArmor can do here, which of LXC's profiles are loaded, and whether the profile of a container compiles. Nothing is loaded.\nEnds with 2 where the container would not start for it.",
    customUsage: ['', 'NAME', '-f FILE'],
  },
});

export const apparmorRoutes = buildRouteMap({ routes: { show, check }, docs: { brief: "print and check containers' AppArmor profiles" } });
