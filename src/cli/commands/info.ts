// holdfast info: one container in a few lines.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { containerState, definedContainers } from '../../runtime/containers.ts';
import { shownState } from '../../runtime/freezer/index.ts';
import { readUsage } from '../../runtime/usage/index.ts';
import { usageLines } from '../../report/usage.ts';
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
    state: shownState(state),
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
  const usage = state.state === 'running' ? readUsage(state.record.cgroups) : null;
  if (flags.json) out(this, `${JSON.stringify(usage === null ? described : { ...described, usage }, null, 2)}\n`);
  else out(this, lines({ ...described, ...(usage === null ? {} : Object.fromEntries(usageLines(usage))) }));
}

function lines(described: Readonly<Record<string, unknown>>): string {
  const text = (value: unknown): string =>
    Array.isArray(value) ? value.join(' ') : value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
  const width = Math.max(12, ...Object.keys(described).map((key) => key.length + 1));
  return Object.entries(described)
    .map(([key, value]) => `${`${key}:`.padEnd(width)} ${text(value)}\n`)
    .join('');
}
