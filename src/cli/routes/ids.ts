// holdfast ids: ids of users and groups that containers have on the host.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { AllocateFlags } from '../commands/ids/allocate.ts';
import type { ReleaseFlags } from '../commands/ids/release.ts';
import type { ShiftFlags } from '../commands/ids/shift.ts';
import type { IdsFlags } from '../commands/ids/show.ts';
import type { Context } from '../context.ts';
import { configFlags, namePositional } from '../flags.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;
const { name, lxcpath, file } = configFlags;
const source = { name, lxcpath, file };
const sourceAliases = { n: 'name', P: 'lxcpath', f: 'file' } as const;

const show = buildCommand<IdsFlags, [], Context>({
  loader: async () => (await import('../commands/ids/show.ts')).show,
  parameters: { flags: { lxcpath, json }, aliases: { P: 'lxcpath' } },
  docs: { brief: 'who has which ids: users, accounts, containers' },
});

const check = buildCommand<IdsFlags, [], Context>({
  loader: async () => (await import('../commands/ids/check.ts')).check,
  parameters: { flags: { lxcpath, json }, aliases: { P: 'lxcpath' } },
  docs: { brief: 'who shares ids with a container, and what that means; ends with 1 where somebody does' },
});

const allocate = buildCommand<AllocateFlags, [string?], Context>({
  loader: async () => (await import('../commands/ids/allocate.ts')).allocate,
  parameters: {
    flags: { ...source, size: { kind: 'parsed', parse: count, optional: true, brief: 'how many (default 65536)', placeholder: 'COUNT' }, json },
    aliases: sourceAliases,
    positional: namePositional,
  },
  docs: {
    brief: 'give a container ids of its own, and write them into its configuration',
    fullDescription:
      "Gives a container ids that nobody else has, and writes them into its configuration (lxc.idmap).\nThey are taken from the caller's lines in /etc/subuid and /etc/subgid; for root otherwise from 1879113728 on.\nThey stay the container's until holdfast ids release.",
  },
});

const release = buildCommand<ReleaseFlags, [string?], Context>({
  loader: async () => (await import('../commands/ids/release.ts')).release,
  parameters: {
    flags: {
      ...source,
      force: { kind: 'boolean', default: false, withNegated: false, brief: 'although its root file system belongs to them' },
    },
    aliases: sourceAliases,
    positional: namePositional,
  },
  docs: { brief: 'take back the ids a container was given' },
});

const shift = buildCommand<ShiftFlags, [string?], Context>({
  loader: async () => (await import('../commands/ids/shift.ts')).shift,
  parameters: {
    flags: { ...source, undo: { kind: 'boolean', default: false, withNegated: false, brief: 'take it back' }, json },
    aliases: sourceAliases,
    positional: namePositional,
  },
  docs: {
    brief: "give the files of a container's root file system to its ids",
    fullDescription:
      "Gives the files of a container's root file system to its ids: owners, ACLs and file capabilities.\nA shift that was killed goes on where it was when it is called again; --undo takes it back, a whole one as well.\nWith lxc.rootfs.options = idmap=container there is no need for it.",
  },
});

function count(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 0xffff_fffe) throw new SyntaxError(`expected a number of ids from 1 to 4294967294, not '${value}'`);
  return number;
}

export const idsRoutes = buildRouteMap({
  routes: { show, allocate, release, check, shift },
  defaultCommand: 'show',
  docs: { brief: 'ids that users and containers have on this machine; alone: show' },
});
