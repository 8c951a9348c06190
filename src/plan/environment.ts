// The environment init gets: nothing of the caller's, three variables every container has, then what was asked.

import { containerTtys } from '../controls/mounts/index.ts';
import type { ContainerSpec } from '../model/spec.ts';
import type { EnvironmentEntry } from '../model/step.ts';

/** PATH of a container whose configuration sets none; the one execvp(3) documents plus the sbin directories. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `PATH`, `container=lxc` (what container-aware init systems look for), TERM when there is one, then what was asked. */
export function environmentOf(spec: ContainerSpec): readonly EnvironmentEntry[] {
  const asked = new Map<string, EnvironmentEntry>();
  for (const { name, value } of spec.environment) {
    asked.set(name, value === null ? { inherit: name, optional: false } : `${name}=${value}`);
  }
  const ttys = containerTtys(spec);
  const defaults: readonly (readonly [string, EnvironmentEntry])[] = [
    ['PATH', `PATH=${DEFAULT_PATH}`],
    ['container', 'container=lxc'],
    ['TERM', { inherit: 'TERM', optional: true }],
    // LXC's own: where an init system starts its gettys.
    ...(ttys === '' ? [] : [['container_ttys', `container_ttys=${ttys}`] as const]),
  ];
  return [...defaults.filter(([name]) => !asked.has(name)).map(([, entry]) => entry), ...asked.values()];
}

/** The value of PATH in an environment. */
export function pathIn(environment: readonly EnvironmentEntry[]): string {
  const path = environment.find((entry): entry is string => typeof entry === 'string' && entry.startsWith('PATH='));
  return path?.slice('PATH='.length) ?? DEFAULT_PATH;
}
