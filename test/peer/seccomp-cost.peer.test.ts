// What filters cost by the count of bench/seccomp-cost.ts: the limits that hold whatever the policy's author does.

import { afterAll, expect } from 'vitest';
import { countAll } from '../../bench/seccomp-counts.ts';
import { needing, needs } from '../support/needs.ts';
import { buildLibseccomp } from '../support/seccomp/programs.ts';

const it = process.arch === 'x64' ? needing('gcc', 'libseccomp') : needing('gcc', 'libseccomp', 'lxc');
const libseccomp = needs('gcc', 'libseccomp').ok ? buildLibseccomp() : { filter: () => new Uint8Array(), remove: () => undefined };
afterAll(() => libseccomp.remove());

it('never more instructions than libseccomp with its binary tree, and at most half of what it takes without', () => {
  const counts = countAll(libseccomp.filter);
  expect(counts).toHaveLength(15);
  for (const { policy, arch, ours, theirs, tree, informed, floor } of counts) {
    const what = `${policy} on ${arch}`;
    expect(ours, what).toBeLessThanOrEqual(tree);
    for (const one of [ours, informed, theirs, tree]) expect(floor, what).toBeLessThanOrEqual(one);
    // Six denied calls cost libseccomp so little that half of it is less than any filter can do: there, an eighth above the floor.
    expect(ours, what).toBeLessThanOrEqual(floor > theirs / 2 ? floor * 1.125 : theirs / 2);
    // On the architecture that the mix was measured on there is no such exception.
    if (arch === 'x86_64') expect(ours, what).toBeLessThanOrEqual(theirs / 2);
  }
});
