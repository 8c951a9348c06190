// clone3(2): the process that becomes init, in its new namespaces. Afterwards the monitor knows its pidfd, its pid on the
// host as text (the monitor's own pids are those of its guard namespace) and, where asked, its directory in /proc.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Plan } from '../../model/plan.ts';
import type { Builtin } from '../../model/step.ts';
import { behind, memory } from '../builder.ts';
import { proxyOf } from './courier.ts';
import { c, call, type LowerContext } from '../lower/context.ts';

const PREFIX = '/proc/';
const DIGITS = 24;

/** The buffer that `/proc/PID` is put together in; PID begins at byte 6 and its length is in slot `host.pid.length`. */
export const procPath = (ctx: LowerContext) => ctx.b.buffer('proc.path', PREFIX.length + DIGITS, 8);
export const hostPid = (ctx: LowerContext) => behind(procPath(ctx), PREFIX.length);

/** Enough for a return address and what an operation pushes. */
const STACK_SIZE = 128;

/**
 * Does init share the monitor's memory until it executes? Copying an address space costs more than most kernel calls of a start,
 * and the page faults that follow in both processes cost that again. Only where
 * - init surely executes: a reaper would stay, with the monitor's memory in the container;
 * - no courier waits for init to give its memory up;
 * - no other process of the container is there to see it before;
 * - it gets all its namespaces: a process that shares memory enters a new time namespace at its exec since 6.0, and never before
 *   (kernel/nsproxy.c, fs/exec.c).
 */
export function sharesMemory(plan: Plan): boolean {
  return plan.steps.every((step) =>
    step.actions.every(
      (action) =>
        !('builtin' in action) ||
        (action.builtin !== 'reaper' &&
          action.builtin !== 'courier' &&
          (action.builtin !== 'clone' || (action.namespaces.includes('CLONE_NEWPID') && !action.namespaces.includes('CLONE_NEWTIME')))),
    ),
  );
}

/** Jumps to label `init` in the new process. Slots: `init.pid`, `init.pidfd`, `host.pid.length`, `init.proc`. */
export function clone(ctx: LowerContext, { namespaces, cgroup }: Extract<Builtin, { builtin: 'clone' }>): void {
  const { b, plan } = ctx;
  const sharedFiles = proxyOf(ctx) !== null;
  const args = b.data('init.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const field = STRUCTS.clone_args.fields;
  const pidfd = b.buffer('init.pidfd', 4, 8);
  b.store(
    args,
    field.flags.offset,
    8,
    c(
      ctx,
      'CLONE_PIDFD',
      ...(sharesMemory(plan) ? (['CLONE_VM'] as const) : []),
      ...(sharedFiles ? (['CLONE_FILES'] as const) : []),
      ...namespaces,
      ...(cgroup === null ? [] : (['CLONE_INTO_CGROUP'] as const)),
    ),
  );
  if (sharesMemory(plan)) {
    b.store(args, field.stack.offset, 8, b.buffer('init.stack', STACK_SIZE, 16));
    b.store(args, field.stack_size.offset, 8, STACK_SIZE);
  }
  b.store(args, field.pidfd.offset, 8, pidfd);
  b.store(args, field.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  if (cgroup !== null) b.store(args, field.cgroup.offset, 8, cgroup);
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size], { to: 'init.pid' });
  b.branch('init.pid', 'eq', 0, 'init');
  b.set('init.pidfd', memory(pidfd, 0, 4));
  b.set('init.made', 1);
  // While its descriptors are init's too, that end is init's.
  if (!sharedFiles) b.sys('close', ['channel.init']);
  if (plan.guard) readHostPid(ctx);
  else b.decimal('init.pid', hostPid(ctx), 'host.pid.length');
  b.copy(b.text(PREFIX), procPath(ctx), PREFIX.length);
  b.set('proc.end', hostPid(ctx));
  b.add('proc.end', 'host.pid.length');
  b.storeAt('proc.end', 0, 1, 0);
  if (!usesProc(ctx)) return;
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), procPath(ctx), c(ctx, 'O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'), 0], { to: 'init.proc' });
}

/** /proc/thread-self/children of the host's procfs holds the host's pids: `1234 ` for the only child. */
function readHostPid(ctx: LowerContext): void {
  const { b } = ctx;
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text('/proc/thread-self/children'), c(ctx, 'O_RDONLY', 'O_CLOEXEC'), 0], { to: 'children' });
  call(ctx, 'read', ['children', hostPid(ctx), DIGITS - 1], { to: 'host.pid.length' });
  b.sub('host.pid.length', 1);
  b.sys('close', ['children']);
}

function usesProc(ctx: LowerContext): boolean {
  return ctx.plan.steps.some((step) =>
    step.actions.some((action) =>
      'builtin' in action
        ? action.builtin === 'id-map'
        : 'sys' in action && action.args.some((arg) => typeof arg === 'object' && 'slot' in arg && arg.slot === 'init.proc'),
    ),
  );
}
