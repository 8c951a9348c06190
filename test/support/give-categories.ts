// A program for tests: gives the container of a configuration SELinux categories out of `count`, with STATE as the state of holdfast.
// Words: STATE CONFIG COUNT. Prints the pair.

import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { giveCategories } from '../../src/runtime/selinux/give.ts';

const [state = '', config = '', count = ''] = process.argv.slice(2);
const machine = realMachine();
const host = { ...readHostFacts(machine), stateDir: state, runDir: `${state}/run`, cacheDir: state };
const gift = giveCategories(machine, host, { name: 'test', config, lxcpaths: [], count: Number(count) });
process.stdout.write(gift.kind === 'none' ? 'none' : gift.pair.join());
