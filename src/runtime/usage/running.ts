// The usage of a container by its name.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import type { ContainerUsage } from '../../model/usage.ts';
import { runningContainer } from '../containers.ts';
import { readUsage } from './index.ts';

/** What a running container uses now, and what held it back so far. Throws `not-running`. */
export function usage(name: string): ContainerUsage {
  return readUsage(runningContainer(readHostFacts(realMachine()).runDir, name).record.cgroups);
}
