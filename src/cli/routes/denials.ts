// holdfast denials: its words.

import { buildCommand } from '@stricli/core';
import type { DenialsFlags } from '../commands/denials.ts';
import type { Context } from '../context.ts';
import { nameAliases, nameFlags, namePositional } from '../flags.ts';

const flag = (brief: string) => ({ kind: 'boolean', default: false, withNegated: false, brief }) as const;

export const denials = buildCommand<DenialsFlags, [string?], Context>({
  loader: async () => (await import('../commands/denials.ts')).denials,
  parameters: {
    flags: {
      ...nameFlags,
      follow: flag('go on, and print each as it happens, until the container has ended'),
      since: {
        kind: 'parsed',
        parse: since,
        optional: true,
        brief: 'from when on: 90s, 10m, 2h, 1d, or 2026-11-24T16:00:00Z (default: its start; of one that does not run, 15m)',
        placeholder: 'WHEN',
      },
      json: flag('print JSON; with --follow one object a line'),
    },
    aliases: { ...nameAliases, F: 'follow' },
    positional: namePositional,
  },
  docs: {
    brief: 'say what a container was refused by AppArmor, SELinux, Landlock or seccomp, by which rule, and what would allow it',
    fullDescription:
      "Reads the kernel's messages about denials (/dev/kmsg, and /var/log/audit/audit.log where auditd runs), finds those of the container, and\nsays of each what the program tried, which rule of the configuration forbids it, the least change that would allow it, and the risk of that.\nWhat the kernel does not tell of on this machine is said on standard error.",
    customUsage: ['NAME', 'NAME --follow', 'NAME --since 10m --json'],
  },
});

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function since(value: string): NonNullable<DenialsFlags['since']> {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(value) ?? [];
  if (count !== undefined) return { ago: Number(count) * (UNITS[unit] ?? 0) };
  const at = Date.parse(value);
  if (/^\d{4}-/.test(value) && Number.isFinite(at)) return { at };
  throw new SyntaxError(`expected 90s, 10m, 2h, 1d or a time such as 2026-11-24T16:00:00Z, not '${value}'`);
}
