// The order of vitest's files: as it is, but guests in the order of their table, so that the last ones are short and no worker waits long.

import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { GUESTS } from './guests.ts';

const ORDER = Object.keys(GUESTS);

export class GuestsInOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

/** Other projects come before the guests (`groupOrder`), what boots its own guests comes behind. */
function placeOf({ project, moduleId }: TestSpecification): number {
  if (project.name !== 'vm') return -1;
  const place = ORDER.indexOf(basename(moduleId, '.vm.test.ts'));
  return place === -1 ? ORDER.length : place;
}
