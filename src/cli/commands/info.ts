// holdfast info: one container in a few lines.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { containerState, definedContainers } from '../../runtime/containers.ts';
import { defaultLxcpath } from '../../runtime/system-settings.ts';
import { HoldfastError } from '../../model/error.ts';
import { type Context, out } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export function info(this: Context, flags: NameFlags & { json: boolean }, positional?: string): void {
  const machine = realMachine();
  const name = requiredName(flags, positional);
  const state = containerState(readHostFacts(machine).runDir, name);
  const lxcpath = flags.lxcpath ?? defaultLxcpath(machine);
  if (state.state === 'stopped' && !definedContainers(lxcpath).includes(name)) {
    throw new HoldfastError(`${name}: there is no such container below ${lxcpath}, and none of that name runs`, { code: 'no-such-container' });
  }
  const described = {
    name,
    state: state.state,
    ...(state.state === 'stopped' ? {} : { monitor: state.monitor }),
    ...(state.state === 'running'
      ? {
          init: state.record.init,
          started: state.startedAt.toISOString(),
          config: state.record.config,
          hostname: state.record.spec.hostname?.value ?? null,
          namespaces: state.record.namespaces,
          cgroups: state.record.cgroups.map(({ limits }) => limits),
          seccomp: state.record.filter !== null,
        }
      : {}),
  };
  out(this, flags.json ? `${JSON.stringify(described, null, 2)}\n` : lines(described));
}

function lines(described: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown): string =>
    Array.isArray(value) ? value.join(' ') : value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
  return Object.entries(described)
    .map(([key, value]) => `${`${key}:`.padEnd(12)} ${text(value)}\n`)
    .join('');
}
