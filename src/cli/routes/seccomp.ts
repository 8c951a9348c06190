// holdfast seccomp: what a policy of system calls means, without a container.

import { buildCommand, buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { configAliases, configFlags, namePositional } from '../flags.ts';
import { type CompileFlags, FILTER_FORMATS, type LearnFlags, type PolicyFlags } from '../seccomp-flags.ts';

const arch = {
  kind: 'parsed',
  parse: String,
  optional: true,
  brief: 'architecture, as a policy names it (default: this machine)',
  placeholder: 'ARCH',
} as const;
const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;
const policy = (placeholder: string) => ({ parse: String, brief: "file of a policy; '-', standard input", placeholder });

const compile = buildCommand<CompileFlags, [string], Context>({
  loader: async () => (await import('../commands/seccomp/compile.ts')).compile,
  parameters: {
    flags: {
      arch,
      format: { kind: 'enum', values: FILTER_FORMATS, default: 'asm', brief: 'bytes of struct sock_filter, C, a disassembly, pseudo-code' },
      output: { kind: 'parsed', parse: String, optional: true, brief: 'file to write to', placeholder: 'FILE' },
    },
    aliases: { o: 'output' },
    positional: { kind: 'tuple', parameters: [policy('POLICY')] },
  },
  docs: { brief: 'print the filter of a policy' },
});

const show = buildCommand<PolicyFlags, [string], Context>({
  loader: async () => (await import('../commands/seccomp/show.ts')).show,
  parameters: { flags: { arch, json }, positional: { kind: 'tuple', parameters: [policy('POLICY')] } },
  docs: { brief: 'how many calls a policy allows, and which dangerous ones it leaves open' },
});

const why = buildCommand<PolicyFlags, [string, ...string[]], Context>({
  loader: async () => (await import('../commands/seccomp/why.ts')).why,
  parameters: {
    flags: { arch, json },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, brief: "the policy, then calls such as 'clone(CLONE_NEWUSER)'; what is not given, or *, is any", placeholder: 'POLICY CALL' },
    },
  },
  docs: { brief: 'what happens to a call, by which rule, in how many instructions', customUsage: ["POLICY 'NAME(ARGUMENT, ...)'..."] },
});

const diff = buildCommand<PolicyFlags, [string, string], Context>({
  loader: async () => (await import('../commands/seccomp/diff.ts')).diff,
  parameters: { flags: { arch, json }, positional: { kind: 'tuple', parameters: [policy('A'), policy('B')] } },
  docs: {
    brief: 'which calls two policies decide otherwise, and whether B allows more',
    fullDescription:
      'Says which calls two policies decide otherwise, and whether B allows more.\nIn front of a change: + B allows more, - less, ! more and less, ~ neither.\nEnds with 0: alike; 1: they differ; 2: one of them could not be read.',
  },
});

const learn = buildCommand<LearnFlags, [string?], Context>({
  loader: async () => (await import('../commands/seccomp/learn.ts')).learn,
  parameters: {
    flags: { ...configFlags, output: { kind: 'parsed', parse: String, optional: true, brief: 'file to write the policy to', placeholder: 'FILE' } },
    aliases: { ...configAliases, o: 'output' },
    positional: namePositional,
  },
  docs: {
    brief: 'run a container and write the smallest allowlist that the run needed',
    customUsage: ['NAME [-o POLICY] [-- COMMAND...]', '-f FILE [-o POLICY] [-- COMMAND...]'],
  },
});

export const seccompRoutes = buildRouteMap({
  routes: { compile, show, why, diff, learn },
  docs: { brief: 'what a policy of system calls means, without a container' },
});
