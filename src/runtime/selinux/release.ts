// holdfast selinux release: takes back the categories that a container was given.

import { readHostFacts } from '../../host/facts.ts';
import type { Machine } from '../../host/machine.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import { containerState } from '../containers.ts';
import { whileHolding } from '../ids/file-lock.ts';
import { registeredFor } from '../registered.ts';
import type { Source } from '../source.ts';
import { type GivenCategories, LOCK_NAME, readRegister, writeRegister } from './register.ts';

/** Whoever is given them next reaches what is still labelled with them. Throws `not-allocated` and `running`. */
export function releaseCategories(source: Source, machine: Machine): GivenCategories {
  const { stateDir, cacheDir, runDir } = readHostFacts(machine);
  return whileHolding(stateDir, LOCK_NAME, cacheDir, () => {
    const entries = readRegister(stateDir);
    const found = registeredFor(entries, source, machine, 'was given no SELinux categories by holdfast (holdfast selinux shows who was)');
    if (containerState(runDir, found.name).state !== 'stopped') throw new HoldfastError(`${found.name} is running: stop it first`, { code: 'running' });
    writeRegister(
      stateDir,
      entries.filter(({ config }) => config !== found.config),
    );
    return found;
  });
}

/** Takes back what a container has that is gone. */
export function forgetCategories({ stateDir, cacheDir }: HostFacts, config: string): void {
  if (!readRegister(stateDir).some((one) => one.config === config)) return;
  whileHolding(stateDir, LOCK_NAME, cacheDir, () => {
    writeRegister(
      stateDir,
      readRegister(stateDir).filter((one) => one.config !== config),
    );
  });
}
