// The commands: what each takes and says about itself. Their work is loaded only when it is called.

import { buildApplication, buildCommand, buildRouteMap, text_en } from '@stricli/core';
import { faultText } from './fault.ts';
import { HoldfastError } from '../model/error.ts';
import { printable } from '../model/printable.ts';
import type { UsernsFlags } from './commands/userns.ts';
import type { Context } from './context.ts';
import { EXIT, WRONG_USAGE } from './exit-codes.ts';
import { CHECK_FORMATS, type CheckFlags } from './check-flags.ts';
import { type ConfigFlags, configAliases, configFlags, nameAliases, type NameFlags, nameFlags, namePositional } from './flags.ts';
import { type Shell, SHELLS } from './completion/scripts.ts';
import { apparmorRoutes } from './routes/apparmor.ts';
import { capsRoutes } from './routes/caps.ts';
import { configRoutes } from './routes/config.ts';
import { denials } from './routes/denials.ts';
import { device } from './routes/device.ts';
import { idsRoutes } from './routes/ids.ts';
import { create, destroy } from './routes/making.ts';
import { selinuxRoutes } from './routes/selinux.ts';
import { groupRoutes } from './routes/group.ts';
import { cgroup, freeze, metrics, seconds, top, unfreeze } from './routes/running.ts';
import { seccompRoutes } from './routes/seccomp.ts';

const json = { kind: 'boolean', default: false, withNegated: false, brief: 'print JSON' } as const;

const run = buildCommand<ConfigFlags, [string?], Context>({
  loader: async () => (await import('./commands/run.ts')).run,
  parameters: { flags: configFlags, aliases: configAliases, positional: namePositional },
  docs: {
    brief: 'run a container in the foreground; with no configuration, run -- COMMAND in the embedded default one',
    customUsage: ['NAME [-- COMMAND...]', '-f FILE [-- COMMAND...]', '-- COMMAND...'],
  },
});

const start = buildCommand<ConfigFlags, [string?], Context>({
  loader: async () => (await import('./commands/start.ts')).start,
  parameters: { flags: configFlags, aliases: configAliases, positional: namePositional },
  docs: { brief: 'start a container in the background', customUsage: ['NAME [-- COMMAND...]'] },
});

const plan = buildCommand<ConfigFlags & { json: boolean; calls: boolean; detach: boolean }, [string?], Context>({
  loader: async () => (await import('./commands/plan.ts')).plan,
  parameters: {
    flags: {
      ...configFlags,
      json,
      calls: { kind: 'boolean', default: false, withNegated: false, brief: 'show the kernel calls of each step' },
      detach: { kind: 'boolean', default: false, withNegated: false, brief: 'as `start` would do it' },
    },
    aliases: configAliases,
    positional: namePositional,
  },
  docs: { brief: 'print every step a start would take, who does it and why, without doing any', customUsage: ['NAME [-- COMMAND...]'] },
});

const check = buildCommand<CheckFlags, string[], Context>({
  loader: async () => (await import('./commands/check.ts')).check,
  parameters: {
    flags: {
      ...configFlags,
      all: { kind: 'boolean', default: false, withNegated: false, brief: 'every container of DIR' },
      format: { kind: 'enum', values: CHECK_FORMATS, default: 'text', brief: 'how to print the findings' },
      json: { kind: 'boolean', default: false, withNegated: false, brief: 'the same as --format json' },
      verbose: { kind: 'boolean', default: false, withNegated: false, brief: 'name the page that explains each finding' },
    },
    aliases: configAliases,
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: "name of a container; with a '/', a file; '-', standard input", placeholder: 'NAME|FILE' },
    },
  },
  docs: {
    brief: 'say what is wrong with configurations, and what is dangerous in them',
    fullDescription:
      'Says what is wrong with configurations, and what is dangerous in them, on this machine. Nothing is started.\nEnds with 0: nothing to say or information only; 1: warnings; 2: errors, or a configuration that could not be read.',
    customUsage: ['NAME|FILE...', '--all', '-f FILE', '-'],
  },
});

const doctor = buildCommand<NameFlags & { json: boolean }, [string?], Context>({
  loader: async () => (await import('./commands/doctor.ts')).doctor,
  parameters: { flags: { ...nameFlags, json }, aliases: nameAliases, positional: namePositional },
  docs: {
    brief: 'say what this machine lacks for your containers, and the command that mends it',
    fullDescription:
      'Says what this machine lacks for the containers of the one who asks, with the command that mends it; with NAME also what check says of that container.\nEnds with 0: nothing is missing; 1: something that some containers need; 2: something that every start needs, or an error in the configuration.',
    customUsage: ['', 'NAME'],
  },
});

const build = buildCommand<ConfigFlags & { output: string; detach: boolean; symbols: boolean; ir: boolean }, [string?], Context>({
  loader: async () => (await import('./commands/build.ts')).build,
  parameters: {
    flags: {
      ...configFlags,
      output: { kind: 'parsed', parse: String, brief: 'file to write the launcher to', placeholder: 'FILE' },
      detach: { kind: 'boolean', default: false, withNegated: false, brief: 'a launcher that leaves the container in the background' },
      symbols: { kind: 'boolean', default: false, withNegated: false, brief: 'name steps for objdump, gdb and perf' },
      ir: { kind: 'boolean', default: false, withNegated: false, brief: 'write the intermediate representation as text instead' },
    },
    aliases: { ...configAliases, o: 'output', d: 'detach' },
    positional: namePositional,
  },
  docs: { brief: 'write the standalone launcher: an executable that needs no Node', customUsage: ['NAME -o FILE [-- COMMAND...]'] },
});

const attach = buildCommand<NameFlags, [string?], Context>({
  loader: async () => (await import('./commands/attach.ts')).attach,
  parameters: { flags: nameFlags, aliases: nameAliases, positional: namePositional },
  docs: { brief: 'run a command (a shell) in a running container, confined as its init is', customUsage: ['NAME [-- COMMAND...]'] },
});

const userns = buildCommand<UsernsFlags, [], Context>({
  loader: async () => (await import('./commands/userns.ts')).userns,
  parameters: {
    flags: {
      ...nameFlags,
      map: { kind: 'parsed', parse: String, optional: true, variadic: true, brief: 'u|g|b:INSIDE:OUTSIDE:COUNT, as often as needed', placeholder: 'MAP' },
    },
    aliases: { ...nameAliases, m: 'map' },
  },
  docs: {
    brief: 'run a command as root of a user namespace, with the ids of a container or others',
    fullDescription:
      "Runs a command as root of a user namespace of its own, e.g. to make, look at or remove the files of a container.\nThe map: -m, or that of container -n NAME, or the caller's subordinate ids from 0 on; where there are none, the caller alone, as root.\nNothing but the ids is confined: environment, directory, terminal and network are the caller's.",
    customUsage: ['-- COMMAND...', '-m b:0:100000:65536 -- COMMAND...', '-n NAME -- COMMAND...'],
  },
});

const stop = buildCommand<NameFlags & { kill: boolean; timeout?: number }, [string?], Context>({
  loader: async () => (await import('./commands/stop.ts')).stop,
  parameters: {
    flags: {
      ...nameFlags,
      kill: { kind: 'boolean', default: false, withNegated: false, brief: 'kill it at once' },
      timeout: { kind: 'parsed', parse: seconds, optional: true, brief: 'seconds it may take to end by itself (default 60)', placeholder: 'SECONDS' },
    },
    aliases: { ...nameAliases, k: 'kill', t: 'timeout' },
    positional: namePositional,
  },
  docs: { brief: 'ask a container to end, and kill it when it does not' },
});

const ls = buildCommand<{ lxcpath?: string; json: boolean; running: boolean }, [], Context>({
  loader: async () => (await import('./commands/ls.ts')).ls,
  parameters: {
    flags: { lxcpath: nameFlags.lxcpath, json, running: { kind: 'boolean', default: false, withNegated: false, brief: 'only those that run' } },
    aliases: { P: 'lxcpath' },
  },
  docs: { brief: 'list the containers' },
});

const info = buildCommand<NameFlags & { json: boolean }, [string?], Context>({
  loader: async () => (await import('./commands/info.ts')).info,
  parameters: { flags: { ...nameFlags, json }, aliases: nameAliases, positional: namePositional },
  docs: { brief: 'describe a container: state, processes, namespaces, control groups, what it uses and may use' },
});

const verify = buildCommand<NameFlags & { json: boolean }, [string?], Context>({
  loader: async () => (await import('./commands/verify.ts')).verify,
  parameters: { flags: { ...nameFlags, json }, aliases: nameAliases, positional: namePositional },
  docs: { brief: 'read back from the kernel whether what was asked is in force in a running container' },
});

const completion = buildCommand<object, [Shell], Context>({
  loader: async () => (await import('./commands/completion.ts')).completion,
  parameters: {
    flags: {},
    positional: { kind: 'tuple', parameters: [{ parse: shell, brief: SHELLS.join(', '), placeholder: 'SHELL', proposeCompletions: shellsLike }] },
  },
  docs: { brief: 'print the script that makes a shell complete commands, options, names and keys' },
});

function shell(value: string): Shell {
  const found = SHELLS.find((one) => one === value);
  if (found === undefined) throw new SyntaxError(`expected one of ${SHELLS.join(', ')}, not '${value}'`);
  return found;
}

function shellsLike(partial: string): readonly string[] {
  return SHELLS.filter((one) => one.startsWith(partial));
}

/** The whole command line. `failure`: the exit code where a command throws. */
export function application(version: string, failure: number) {
  const root = buildRouteMap({
    routes: {
      create,
      run,
      start,
      attach,
      stop,
      destroy,
      ls,
      info,
      freeze,
      unfreeze,
      cgroup,
      top,
      metrics,
      verify,
      denials,
      plan,
      check,
      doctor,
      build,
      device,
      userns,
      config: configRoutes,
      group: groupRoutes,
      caps: capsRoutes,
      seccomp: seccompRoutes,
      ids: idsRoutes,
      apparmor: apparmorRoutes,
      selinux: selinuxRoutes,
      completion,
    },
    docs: { brief: 'Runs Linux containers that are really confined, from LXC configuration files' },
  });
  return buildApplication(root, {
    name: 'holdfast',
    versionInfo: { currentVersion: version },
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: false },
    documentation: { useAliasInUsageLine: true },
    determineExitCode: (error) => (error instanceof HoldfastError && WRONG_USAGE.has(error.code) ? EXIT.usage : failure),
    localization: {
      loadText: () => ({
        ...text_en,
        exceptionWhileRunningCommand: thrown,
        noCommandRegisteredForInput: unknownCommand,
        exceptionWhileParsingArguments: wrongUsage,
      }),
    },
  });
}

const SEE = 'see holdfast --help';

function unknownCommand(found: Parameters<typeof text_en.noCommandRegisteredForInput>[0]): string {
  return `holdfast: ${text_en.noCommandRegisteredForInput(found)}; ${SEE}`;
}

function wrongUsage(error: unknown, colour: boolean): string {
  return `holdfast: ${text_en.exceptionWhileParsingArguments(error, colour)}; ${SEE}`;
}

/** What a command threw: our own errors are a sentence, anything else is a fault of the program. */
export function thrown(error: unknown): string {
  if (error instanceof HoldfastError) return `holdfast: ${printable(error.message)}`;
  return faultText(error);
}
