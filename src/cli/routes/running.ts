// The commands that look after containers that run: what they use, another limit, and a pause.

import { buildCommand } from '@stricli/core';
import { SORT_KEYS } from '../../report/top.ts';
import type { CgroupFlags } from '../commands/cgroup.ts';
import type { MetricsFlags } from '../commands/metrics.ts';
import type { TopFlags } from '../commands/top.ts';
import { proposeNames } from '../completion/proposals.ts';
import type { Context } from '../context.ts';
import { nameAliases, type NameFlags, nameFlags, namePositional } from '../flags.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;

export const freeze = buildCommand<NameFlags & { timeout?: number }, [string?], Context>({
  loader: async () => (await import('../commands/freeze.ts')).freeze,
  parameters: {
    flags: {
      ...nameFlags,
      timeout: { kind: 'parsed', parse: seconds, optional: true, brief: 'seconds its processes may take to stop (default 10)', placeholder: 'SECONDS' },
    },
    aliases: { ...nameAliases, t: 'timeout' },
    positional: namePositional,
  },
  docs: { brief: 'stop every process of a container where it is, until it is thawed' },
});

export const unfreeze = buildCommand<NameFlags, [string?], Context>({
  loader: async () => (await import('../commands/freeze.ts')).unfreeze,
  parameters: { flags: nameFlags, aliases: nameAliases, positional: namePositional },
  docs: { brief: 'let a frozen container go on' },
});

export const cgroup = buildCommand<CgroupFlags, string[], Context>({
  loader: async () => (await import('../commands/cgroup.ts')).cgroup,
  parameters: {
    flags: {
      ...nameFlags,
      translate: { kind: 'boolean', default: false, withNegated: false, brief: 'read and set a key of the other version through its equivalent' },
      json,
    },
    aliases: nameAliases,
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'container, file of a control group, and what to write', placeholder: 'WORD', proposeCompletions: proposeNames },
    },
  },
  docs: {
    brief: "print what a file of a container's control groups says, or write another value to it",
    fullDescription:
      "Prints what a file of a container's control groups says, or writes another value to it. What was written is read back.\nKEY is a name such as memory.max, or as in a configuration: lxc.cgroup.memory.limit_in_bytes, lxc.cgroup2.memory.max.",
    customUsage: ['NAME KEY', 'NAME KEY VALUE'],
  },
});

export const top = buildCommand<TopFlags, string[], Context>({
  loader: async () => (await import('../commands/top.ts')).top,
  parameters: {
    flags: {
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'print one JSON object a line, until told to end' },
      interval: { kind: 'parsed', parse: interval, default: '2', brief: 'seconds between two looks', placeholder: 'SECONDS' },
      count: { kind: 'parsed', parse: times, optional: true, brief: 'print so often, and end', placeholder: 'N' },
      sort: { kind: 'enum', values: SORT_KEYS, default: 'cpu', brief: 'what the first lines have most of' },
    },
    aliases: { i: 'interval', c: 'count', s: 'sort' },
    positional: { kind: 'array', parameter: { parse: String, brief: 'only these containers', placeholder: 'NAME', proposeCompletions: proposeNames } },
  },
  docs: {
    brief: 'watch what the running containers use; without a terminal, print it once',
    customUsage: ['NAME...', '--json --interval SECONDS --count N'],
  },
});

export const metrics = buildCommand<MetricsFlags, [], Context>({
  loader: async () => (await import('../commands/metrics.ts')).metrics,
  parameters: {
    flags: {
      output: { kind: 'parsed', parse: String, optional: true, brief: 'write them to FILE, whole or not at all', placeholder: 'FILE' },
      listen: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'answer GET /metrics until told to end; unix:PATH, 127.0.0.1:PORT or [::1]:PORT',
        placeholder: 'ADDRESS',
      },
    },
    aliases: { o: 'output' },
  },
  docs: { brief: 'print what the running containers use as OpenMetrics, once or over HTTP', customUsage: ['', '--output FILE', '--listen ADDRESS'] },
});

export function seconds(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0 || value.trim() === '') throw new SyntaxError(`expected a number of seconds, not '${value}'`);
  return number;
}

function interval(value: string): number {
  const number = seconds(value);
  if (number < 0.1 || number > 86_400) throw new SyntaxError(`expected 0.1 to 86400 seconds, not '${value}'`);
  return number;
}

function times(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1) throw new SyntaxError(`expected a number from 1, not '${value}'`);
  return number;
}
