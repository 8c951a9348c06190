// Ends whatever is left in a control group of version 2, as the end of a PID namespace does for those who have one of their own.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';

/** How often, and how long in between, the group is looked at until it is empty: two seconds in all. */
const LOOKS = 400;
const PAUSE_NS = 5_000_000;
/** cgroup.events begins with `populated 0` or `populated 1` (cgroup-v2.rst, "Populated Notification"). */
const POPULATED = 'populated '.length;
const EMPTY = '0'.charCodeAt(0);

/** cgroup.kill (Linux 5.14) ends all in the group and in those below at once, also what forks meanwhile. Then it waits for them to be gone. */
export function killGroup(ctx: LowerContext, { path }: Extract<Builtin, { builtin: 'cgroup-kill' }>): void {
  const { b } = ctx;
  const at = c(ctx, 'AT_FDCWD');
  const again = b.fresh('kill');
  const end = b.fresh('kill');
  const closed = b.fresh('kill');
  const text = b.buffer('group.events', POPULATED + 1);
  const pause = b.buffer('group.pause', STRUCTS.timespec.size, 8);
  call(ctx, 'openat', [at, b.text(`${path}/cgroup.kill`), c(ctx, 'O_WRONLY', 'O_CLOEXEC'), 0], { to: 'group.kill', onError: closed });
  b.sys('write', ['group.kill', b.text('1'), 1]);
  b.sys('close', ['group.kill']);
  b.sys('openat', [at, b.text(`${path}/cgroup.events`), c(ctx, 'O_RDONLY', 'O_CLOEXEC'), 0], { to: 'group.kill', onError: closed });
  b.store(pause, STRUCTS.timespec.fields.tv_nsec.offset, 8, PAUSE_NS);
  b.set('group.looks', LOOKS);
  b.label(again);
  b.sys('pread64', ['group.kill', text, POPULATED + 1, 0], { onError: end });
  b.branch(memory(text, POPULATED, 1), 'eq', EMPTY, end);
  b.sys('clock_nanosleep', [c(ctx, 'CLOCK_MONOTONIC'), 0, pause, 0]);
  b.sub('group.looks', 1);
  b.branch('group.looks', 'gt', 0, again);
  b.label(end);
  b.sys('close', ['group.kill']);
  b.label(closed);
}
