// holdfast create, destroy: containers come into being and go.

import { buildCommand } from '@stricli/core';
import type { CreateFlags } from '../commands/create.ts';
import type { Context } from '../context.ts';
import { configFlags, nameAliases, type NameFlags, nameFlags, namePositional } from '../flags.ts';

const flag = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const;
const path = (brief: string, placeholder: string) => ({ kind: 'parsed', parse: String, optional: true, brief, placeholder }) as const;

export const create = buildCommand<CreateFlags, [string?], Context>({
  loader: async () => (await import('../commands/create.ts')).create,
  parameters: {
    flags: {
      ...nameFlags,
      template: { kind: 'parsed', parse: String, brief: "busybox, none, a template of LXC's by its name or path", placeholder: 'TEMPLATE' },
      file: path('what its configuration begins with (default: lxc.default_config of lxc.conf)', 'FILE'),
      rootfs: path('an existing root file system, for -t none', 'DIR'),
      json: flag('print JSON'),
    },
    aliases: { ...nameAliases, t: 'template', f: 'file' },
    positional: namePositional,
  },
  docs: {
    brief: 'make a container: its root file system, its ids and its configuration',
    fullDescription:
      "Makes DIR/NAME with a root file system and a configuration, or leaves nothing.\n-t busybox: of the host's static busybox, with ids of its own. -t none: a configuration for --rootfs DIR.\nAny other: LXC's template /usr/share/lxc/templates/lxc-TEMPLATE, or a path; what is behind -- is for the template.",
    customUsage: ['NAME -t busybox', 'NAME -t none --rootfs DIR', 'NAME -t TEMPLATE [-- WORDS...]'],
  },
});

export const destroy = buildCommand<NameFlags & { force: boolean }, [string?], Context>({
  loader: async () => (await import('../commands/destroy.ts')).destroy,
  parameters: {
    flags: { name: configFlags.name, lxcpath: configFlags.lxcpath, force: flag('kill it first, where it runs') },
    aliases: nameAliases,
    positional: namePositional,
  },
  docs: {
    brief: 'remove a stopped container with its files, and give its ids back',
    fullDescription:
      'Removes DIR/NAME with all that is in it, and gives its ids back. A root file system that lies elsewhere stays.\nKilled half-way, it goes on when it is called again.',
  },
});
