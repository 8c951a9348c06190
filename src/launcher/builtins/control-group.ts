// Control groups outlive processes, so these two are undone and redone with care: a group that is there although the name's
// lock was free was left by a killed monitor, and groups made inside a group keep it from being removed.

import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { c, type LowerContext, mark } from '../lower/context.ts';
import { note } from '../lower/report.ts';

const MODE = 0o755;
/** How often, and how long in between, the processes of a killed start are waited for: a second in all. */
const LOOKS = 200;
const PAUSE_NS = 5_000_000;
const LISTING = 2048;
const NAME = 256;
/** The names `.` and `..` with their NUL, as little endian numbers. */
const DOT = 0x2e;
const DOT_DOT = 0x2e2e;

/** Makes the group, fresh: one that exists is removed first. EBUSY then means that processes are in it. */
export function makeGroup(ctx: LowerContext, { path }: Extract<Builtin, { builtin: 'cgroup' }>): void {
  routine(ctx, 'make-group', 'mkdirat', path);
}

/** rmdir, and where groups are inside (EBUSY), those first; then the last answer counts. Gone already is fine. */
export function removeGroup(ctx: LowerContext, { path }: Extract<Builtin, { builtin: 'cgroup-remove' }>): void {
  routine(ctx, 'remove-group', 'unlinkat', path);
}

/** One subroutine for all groups: its calls have one mark, and fail as one. */
function routine(ctx: LowerContext, label: string, sys: 'mkdirat' | 'unlinkat', path: string): void {
  const { b } = ctx;
  const here = mark(ctx, sys, true);
  b.set('group.path', b.text(path));
  const { fault } = ctx.options;
  if (fault?.mark === here) b.set('failed', -fault.errno);
  else b.call(label);
  b.branch('failed', 'ne', 0, ctx.onExplained);
}

/**
 * Subroutines `make-group` and `remove-group`. Input: slot `group.path`. Slot `failed`: 0, or the error of what did not work.
 * Mostly one call does it.
 */
export function emitGroupRoutines(ctx: LowerContext): void {
  const { b } = ctx;
  const at = c(ctx, 'AT_FDCWD');
  const [made, failed, stale, inside] = ['group', 'group', 'group', 'group'].map(b.fresh) as [string, string, string, string];
  const on = (...pairs: readonly (readonly [ErrnoName, string])[]) => pairs.map(([errno, label]) => ({ errno: ERRNO[errno].number, label }));
  b.label('make-group');
  b.set('group.remake', 1);
  b.sys('mkdirat', [at, 'group.path', MODE], { onError: failed, on: on(['EEXIST', stale]) });
  b.jump(made);
  b.label('remove-group');
  b.set('group.remake', 0);
  b.sys('unlinkat', [at, 'group.path', c(ctx, 'AT_REMOVEDIR')], { onError: failed, on: on(['ENOENT', made], ['EBUSY', inside]) });
  b.label(made);
  b.set('failed', 0);
  b.return();
  b.label(failed);
  b.saveResult('failed');
  b.set('explanation.length', 0);
  b.return();
  b.label(stale);
  b.set('group.looks', LOOKS);
  b.label(inside);
  clearGroup(ctx);
}

/**
 * What both go on with: removes the group at slot `group.path` with the groups inside it, and makes it anew when slot
 * `group.remake` is 1. Slot `failed`: 0, or the error of what did not work. It walks down to a group without groups, removes
 * it by its parent's descriptor and begins again from the top. A listing shows one group's files and groups; it is read in
 * pieces until a directory turns up.
 */
function clearGroup(ctx: LowerContext): void {
  const { b } = ctx;
  const listing = b.buffer('group.listing', LISTING, 8);
  const name = b.buffer('group.name', NAME, 8);
  const field = STRUCTS.linux_dirent64.fields;
  const nameOffset = field.d_type.offset + 1;
  const openFlags = c(ctx, 'O_RDONLY', 'O_DIRECTORY', 'O_CLOEXEC', 'O_NOFOLLOW');
  const top = b.fresh('walk');
  const read = b.fresh('walk');
  const entry = b.fresh('walk');
  const skip = b.fresh('walk');
  const leaf = b.fresh('walk');
  const done = b.fresh('walk');
  const closeBoth = b.fresh('walk');
  b.label(top);
  b.set('group.parent', -1);
  b.sys('openat', [c(ctx, 'AT_FDCWD'), 'group.path', openFlags, 0], { to: 'group.fd', onError: done });
  b.label(read);
  b.sys('getdents64', ['group.fd', listing, LISTING], { to: 'group.left', onError: closeBoth });
  b.branch('group.left', 'eq', 0, leaf);
  b.set('group.entry', listing);
  b.label(entry);
  b.loadAt('group.type', 'group.entry', field.d_type.offset, 1);
  b.branch('group.type', 'ne', c(ctx, 'DT_DIR'), skip);
  // `.` and `..`, but not `.lxc`: the first three bytes of the name say which.
  b.loadAt('group.letters', 'group.entry', nameOffset, 4);
  b.and('group.letters', 0xffff);
  b.branch('group.letters', 'eq', DOT, skip);
  b.loadAt('group.letters', 'group.entry', nameOffset, 4);
  b.and('group.letters', 0xffffff);
  b.branch('group.letters', 'eq', DOT_DOT, skip);
  b.loadAt('group.size', 'group.entry', field.d_reclen.offset, 2);
  b.sub('group.size', nameOffset);
  b.set('group.from', 'group.entry');
  b.add('group.from', nameOffset);
  b.copy('group.from', name, 'group.size');
  b.branch('group.parent', 'lt', 0, `${top}.down`);
  b.sys('close', ['group.parent']);
  b.label(`${top}.down`);
  b.set('group.parent', 'group.fd');
  b.sys('openat', ['group.parent', name, openFlags, 0], { to: 'group.fd', onError: closeBoth });
  b.jump(read);
  b.label(skip);
  b.loadAt('group.size', 'group.entry', field.d_reclen.offset, 2);
  b.add('group.entry', 'group.size');
  b.sub('group.left', 'group.size');
  b.branch('group.left', 'gt', 0, entry);
  b.jump(read);
  b.label(leaf);
  b.branch('group.parent', 'lt', 0, closeBoth);
  b.sys('unlinkat', ['group.parent', name, c(ctx, 'AT_REMOVEDIR')], { onError: closeBoth });
  b.sys('close', ['group.fd']);
  b.sys('close', ['group.parent']);
  b.jump(top);
  b.label(closeBoth);
  b.sys('close', ['group.fd']);
  b.sys('close', ['group.parent']);
  b.label(done);
  lastAnswer(ctx, top);
  b.return();
}

/** `top`: where the walk begins. The lock of a killed start is free before the kernel has ended all that it ran. */
function lastAnswer(ctx: LowerContext, top: string): void {
  const { b } = ctx;
  const at = c(ctx, 'AT_FDCWD');
  const end = b.fresh('group');
  const failed = b.fresh('group');
  const pause = b.buffer('group.pause', STRUCTS.timespec.size, 8);
  b.set('explanation.length', 0);
  b.set('failed', 0);
  b.sys('unlinkat', [at, 'group.path', c(ctx, 'AT_REMOVEDIR')], { onError: failed });
  b.branch('group.remake', 'eq', 0, end);
  b.sys('mkdirat', [at, 'group.path', MODE], { onError: failed });
  noteStale(ctx);
  b.jump(end);
  b.label(failed);
  b.saveResult('failed');
  b.branch('group.remake', 'eq', 0, end);
  b.branch('failed', 'ne', -ERRNO.EBUSY.number, end);
  b.sub('group.looks', 1);
  b.branch('group.looks', 'le', 0, end);
  b.store(pause, STRUCTS.timespec.fields.tv_nsec.offset, 8, PAUSE_NS);
  b.sys('clock_nanosleep', [c(ctx, 'CLOCK_MONOTONIC'), 0, pause, 0]);
  b.jump(top);
  b.label(end);
}

/** Says that a group of a killed start was removed, and which. */
function noteStale(ctx: LowerContext): void {
  const { b } = ctx;
  const next = b.fresh('group');
  const end = b.fresh('group');
  b.set('group.end', 'group.path');
  b.label(next);
  b.loadAt('group.letters', 'group.end', 0, 1);
  b.branch('group.letters', 'eq', 0, end);
  b.add('group.end', 1);
  b.jump(next);
  b.label(end);
  b.sub('group.end', 'group.path');
  note(ctx, `${ctx.plan.name}: removed the control group of a start that was killed: `, { at: 'group.path', length: 'group.end' });
}
