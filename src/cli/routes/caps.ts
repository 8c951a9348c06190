// holdfast caps ...: what capabilities are, what a container has of them, what it needs.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { SuggestFlags } from '../commands/caps/suggest.ts';
import type { Context } from '../context.ts';
import { configAliases, configFlags, nameAliases, type NameFlags, nameFlags, namePositional } from '../flags.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;

const show = buildCommand<NameFlags & { json: boolean }, string[], Context>({
  loader: async () => (await import('../commands/caps/show.ts')).show,
  parameters: {
    flags: { ...nameFlags, json },
    aliases: nameAliases,
    positional: { kind: 'array', parameter: { parse: String, brief: 'a capability by name or number, or a container that runs', placeholder: 'CAP|NAME' } },
  },
  docs: {
    brief: 'what each capability allows and what harm it does; which ones a running container has',
    customUsage: ['', 'CAP...', 'NAME', '-n NAME'],
  },
});

const suggest = buildCommand<SuggestFlags, [string?], Context>({
  loader: async () => (await import('../commands/caps/suggest.ts')).suggest,
  parameters: {
    flags: { ...configFlags, json, output: { kind: 'parsed', parse: String, optional: true, brief: 'file to write the lines to', placeholder: 'FILE' } },
    aliases: { ...configAliases, o: 'output' },
    positional: namePositional,
  },
  docs: {
    brief: 'run a container and say which of the capabilities it keeps were never used',
    fullDescription:
      'Runs a container and says which of the capabilities it keeps were never used, and who in the kernel asked for the others.\nNeeds root and the tracepoint cap_capable (Linux 6.13).',
    customUsage: ['NAME [-o FILE] [-- COMMAND...]', '-f FILE [-o FILE] [-- COMMAND...]'],
  },
});

export const capsRoutes = buildRouteMap({
  routes: { show, suggest },
  defaultCommand: 'show',
  docs: { brief: 'what capabilities are, what a container has of them, what it needs' },
});
