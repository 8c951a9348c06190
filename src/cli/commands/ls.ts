// holdfast ls: defined and running containers.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { definedContainers, runningContainers } from '../../runtime/containers.ts';
import { table } from '../../report/table.ts';
import { shownState } from '../../runtime/freezer/index.ts';
import { defaultLxcpath } from '../../runtime/system-settings.ts';
import { type Context, out } from '../context.ts';

export function ls(this: Context, flags: { lxcpath?: string; json: boolean; running: boolean }): void {
  const machine = realMachine();
  const running = runningContainers(readHostFacts(machine).runDir);
  const defined = flags.running ? [] : definedContainers(flags.lxcpath ?? defaultLxcpath(machine));
  const names = [...new Set([...running.keys(), ...defined])].sort();
  const rows = names.map((name) => {
    const state = running.get(name);
    return {
      name,
      state: state === undefined ? 'stopped' : shownState(state),
      ...(state?.state === 'running' ? { init: state.record.init, config: state.record.config } : {}),
    };
  });
  if (flags.json) out(this, `${JSON.stringify(rows, null, 2)}\n`);
  else if (rows.length > 0) out(this, table([['NAME', 'STATE', 'INIT'], ...rows.map((row) => [row.name, row.state, row.init?.toString() ?? '-'])]));
}
