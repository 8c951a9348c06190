// A start stays on one processor until init executes. Left alone, the scheduler puts each new process on an idle processor, and
// waking one that sleeps costs as much as dozens of kernel calls, in a virtual machine hundreds. The processor is the one the
// kernel has just chosen for the exec of the launcher, the idlest it knew. Only for speed: where the kernel refuses any of
// it, the start goes on wherever it is put.

import { type Address, memory } from '../builder.ts';
import type { LowerContext } from '../lower/context.ts';

/** In bytes; for the largest number of processors Linux can be built for, 8192 (arch/x86/Kconfig, NR_CPUS_RANGE_END). */
const SET_SIZE = 1024;

/**
 * Pins this process, and so all it makes, to the processor it runs on. Slot `cpus`: the address of what `unpin` gives back, or 0
 * where nothing was changed; `cpus.any`: of all processors; `cpus.length`: the size of both.
 *
 * Since 6.2 a set that a process asked for outlives changes of its cpuset and of the processors there are
 * (kernel/sched/core.c, user_cpus_ptr). A caller who never asked must get back "all there will ever be", not the ones of
 * today: asking for all shows which it is, since for such a caller nothing changes.
 */
export function pin(ctx: LowerContext): void {
  const { b } = ctx;
  const end = b.fresh('pin');
  const before = b.buffer('cpus.before', SET_SIZE, 8);
  const all = b.buffer('cpus.all', SET_SIZE, 8);
  const one = b.buffer('cpus.one', SET_SIZE, 8);
  const cpu = b.buffer('cpu', 4, 4);
  b.sys('getcpu', [cpu, 0, 0], { onError: end });
  b.sys('sched_getaffinity', [0, SET_SIZE, before], { to: 'cpus.length', onError: end });
  eachWord(ctx, all, () => b.storeAt('cpus.word', 0, 8, -1));
  b.sys('sched_setaffinity', [0, 'cpus.length', all], { onError: end });
  b.set('cpus', all);
  b.set('cpus.any', all);
  b.sys('sched_getaffinity', [0, SET_SIZE, one]);
  b.set('cpus.other', before);
  eachWord(ctx, one, () => {
    const same = b.fresh('pin');
    b.loadAt('cpus.now', 'cpus.word', 0, 8);
    b.storeAt('cpus.word', 0, 8, 0);
    b.loadAt('cpus.then', 'cpus.other', 0, 8);
    b.branch('cpus.now', 'eq', 'cpus.then', same);
    b.set('cpus', before);
    b.label(same);
    b.add('cpus.other', 8);
  });
  b.set('cpus.bit', 1);
  b.shl('cpus.bit', memory(cpu, 0, 4)); // modulo 64
  b.set('cpus.word', memory(cpu, 0, 4));
  b.shr('cpus.word', 6);
  b.shl('cpus.word', 3);
  b.add('cpus.word', one);
  b.storeAt('cpus.word', 0, 8, 'cpus.bit');
  b.sys('sched_setaffinity', [0, 'cpus.length', one]);
  b.label(end);
}

/** Does something with each word of a set: slot `cpus.word` is its address. */
function eachWord(ctx: LowerContext, set: Address, body: () => void): void {
  const { b } = ctx;
  const next = b.fresh('pin');
  b.set('cpus.word', set);
  b.set('cpus.end', set);
  b.add('cpus.end', 'cpus.length');
  b.label(next);
  body();
  b.add('cpus.word', 8);
  b.branch('cpus.word', 'lt', 'cpus.end', next);
}

/** Gives this process its processors back; all of its cpuset where that has none of them, as the kernel itself would. */
export function unpin(ctx: LowerContext): void {
  const { b } = ctx;
  const other = b.fresh('unpin');
  const none = b.fresh('unpin');
  b.branch('cpus', 'eq', 0, none);
  b.sys('sched_setaffinity', [0, 'cpus.length', 'cpus'], { onError: other });
  b.jump(none);
  b.label(other);
  b.sys('sched_setaffinity', [0, 'cpus.length', 'cpus.any']);
  b.label(none);
}
