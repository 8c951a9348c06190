// holdfast selinux: contexts and categories of containers, and the labels of their files.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { RelabelFlags } from '../commands/selinux/relabel.ts';
import type { ReleaseFlags } from '../commands/selinux/release.ts';
import type { SelinuxFlags } from '../commands/selinux/show.ts';
import type { Context } from '../context.ts';
import { configFlags, namePositional } from '../flags.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;
const { name, lxcpath, file } = configFlags;
const source = { name, lxcpath, file };
const sourceAliases = { n: 'name', P: 'lxcpath', f: 'file' } as const;

const show = buildCommand<SelinuxFlags, [], Context>({
  loader: async () => (await import('../commands/selinux/show.ts')).show,
  parameters: { flags: { lxcpath, json }, aliases: { P: 'lxcpath' } },
  docs: { brief: 'whether SELinux is at work, and which container has which categories' },
});

const check = buildCommand<SelinuxFlags, [], Context>({
  loader: async () => (await import('../commands/selinux/check.ts')).check,
  parameters: { flags: { lxcpath, json }, aliases: { P: 'lxcpath' } },
  docs: { brief: 'who shares categories with a container; ends with 1 where somebody does' },
});

const relabel = buildCommand<RelabelFlags, [string?], Context>({
  loader: async () => (await import('../commands/selinux/relabel.ts')).relabel,
  parameters: {
    flags: {
      ...source,
      mounts: { kind: 'boolean', default: false, withNegated: false, brief: 'also the directories that its configuration binds' },
      undo: { kind: 'boolean', default: false, withNegated: false, brief: 'give back the labels they had' },
      json,
    },
    aliases: sourceAliases,
    positional: namePositional,
  },
  docs: {
    brief: "give the files of a container's root file system its SELinux label",
    fullDescription:
      "Gives the files of a container's root file system the SELinux label of the container: the type of files that goes with its context, and its categories.\nWhat was killed goes on when it is called again; --undo gives every file the label it had.\nAn overlay, and what is made at each start (/dev, terminals, tmpfs), is mounted with the label and needs none of this.",
  },
});

const release = buildCommand<ReleaseFlags, [string?], Context>({
  loader: async () => (await import('../commands/selinux/release.ts')).release,
  parameters: { flags: source, aliases: sourceAliases, positional: namePositional },
  docs: { brief: 'take back the categories a container was given' },
});

export const selinuxRoutes = buildRouteMap({
  routes: { show, check, relabel, release },
  defaultCommand: 'show',
  docs: { brief: 'SELinux contexts and categories of containers; alone: show' },
});
