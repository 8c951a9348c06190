// Every container that runs, and what it uses now.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import type { Measurement } from '../../model/measured.ts';
import { runningContainers } from '../containers.ts';
import { freezerStateOf } from '../freezer/index.ts';
import { readUsage } from '../usage/index.ts';

/** Measures whenever it is called; the machine is looked at once. Containers that are still starting do not count. By name. */
export function measurer(): () => Measurement {
  const { runDir } = readHostFacts(realMachine());
  return () => ({
    at: Date.now(),
    containers: [...runningContainers(runDir)].flatMap(([name, state]) => {
      if (state.state !== 'running') return [];
      const frozen = freezerStateOf(state.record);
      return [{ name, state: frozen === 'thawed' ? 'running' : frozen, startedAt: state.startedAt.getTime(), usage: readUsage(state.record.cgroups) }];
    }),
  });
}
