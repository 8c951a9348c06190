// Init: its command, ids, directory, environment, signals.

import type { Setting } from '../../model/origin.ts';
import type { ContainerSpec, EnvironmentVariable, InitSpec } from '../../model/spec.ts';
import { SIGNALS } from '../../kernel/signals.gen.ts';
import { allOf, type ConfigSetting, lastOf } from '../setting.ts';
import { byDefault, integerOr, textOrNull } from './defaults.ts';

/** What the user wants run. `mode: 'execute'` runs lxc.execute.cmd under a reaper, as lxc-execute does. */
export interface InitRequest {
  readonly command?: readonly string[];
  readonly mode?: 'start' | 'execute';
}

export function toInit(settings: readonly ConfigSetting[], request: InitRequest): InitSpec {
  const { argv, reaper } = commandOf(settings, request);
  const groups = allOf(settings, 'lxc.init.groups', 'ids');
  const [first] = groups;
  return {
    argv,
    reaper,
    uid: integerOr(settings, 'lxc.init.uid', 0, 'init runs as user 0 of the container'),
    gid: integerOr(settings, 'lxc.init.gid', 0, 'init runs as group 0 of the container'),
    groups: first ? { value: groups.flatMap(({ parsed }) => parsed.ids), why: first.why } : null,
    cwd: textOrNull(settings, 'lxc.init.cwd') ?? byDefault('/', 'init begins in /'),
  };
}

function commandOf(
  settings: readonly ConfigSetting[],
  { command, mode }: InitRequest,
): { readonly argv: Setting<readonly string[]>; readonly reaper: boolean } {
  if (command && command.length > 0) return { argv: { value: command, why: { kind: 'option', text: `-- ${command.join(' ')}` } }, reaper: true };
  const execute = mode === 'execute' ? lastOf(settings, 'lxc.execute.cmd', 'argv') : null;
  const found = execute ?? lastOf(settings, 'lxc.init.cmd', 'argv');
  if (!found) return { argv: byDefault(['/sbin/init'], 'init is /sbin/init'), reaper: false };
  return { argv: { value: found.parsed.argv, why: found.why }, reaper: execute !== null };
}

/** Is it said anywhere what is to run? */
export function namesCommand(settings: readonly ConfigSetting[], request: InitRequest): boolean {
  return commandOf(settings, request).argv.why.kind !== 'default';
}

/** lxc.environment and lxc.environment.runtime, in the order of their lines; a later one replaces an earlier one. */
export function toEnvironment(settings: readonly ConfigSetting[]): readonly EnvironmentVariable[] {
  const last = new Map<string, EnvironmentVariable>();
  for (const { entry, parsed, why } of settings) {
    if (parsed.kind !== 'environment' || entry.name === 'lxc.environment.hooks') continue;
    last.set(parsed.name, { name: parsed.name, value: parsed.value, why });
  }
  return [...last.values()];
}

export function toSignals(settings: readonly ConfigSetting[]): ContainerSpec['signals'] {
  return {
    halt: integerOr(settings, 'lxc.signal.halt', SIGNALS.SIGPWR, 'SIGPWR asks init to shut down'),
    reboot: integerOr(settings, 'lxc.signal.reboot', SIGNALS.SIGINT, 'SIGINT asks init to reboot'),
    stop: integerOr(settings, 'lxc.signal.stop', SIGNALS.SIGKILL, 'SIGKILL ends init'),
  };
}

export function toPersonality(settings: readonly ConfigSetting[]): ContainerSpec['personality'] {
  const found = lastOf(settings, 'lxc.arch', 'arch');
  return found ? { value: found.parsed.personality, why: found.why } : null;
}
