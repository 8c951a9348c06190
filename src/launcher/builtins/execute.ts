// Init's last steps: find its file, give back what the launcher changed, say "ready", execute. After the filter only
// execve(2) follows, so everything that can fail is tried before.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Builtin, EnvironmentEntry } from '../../model/step.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { MESSAGE } from '../lower/report.ts';
import { unpin } from './affinity.ts';
import { SIGSET_SIZE } from './normalise.ts';

const UMASK = 0o022;
const SIGNALS = 64;

/** Slot `exec.path`: the file itself, or the first executable of that name along PATH (execvp(3)). */
export function findInit(ctx: LowerContext, { file, path }: Extract<Builtin, { builtin: 'find-init' }>): void {
  const { b } = ctx;
  const at = c(ctx, 'AT_FDCWD');
  const executable = c(ctx, 'X_OK');
  // An empty name is no file, as for execvp(3): along PATH it would be the directories themselves.
  if (file === '' || file.includes('/')) {
    b.set('exec.path', b.text(file));
    call(ctx, 'faccessat', [at, b.text(file), executable]);
    return;
  }
  const found = b.fresh('found');
  for (const directory of path.split(':')) {
    const candidate = b.text(`${directory === '' ? '.' : directory}/${file}`);
    const next = b.fresh('path');
    b.set('exec.path', candidate);
    call(ctx, 'faccessat', [at, candidate, executable], { onError: next });
    b.jump(found);
    b.label(next);
  }
  b.fail(ERRNO.ENOENT.number, { onError: ctx.onError });
  b.label(found);
}

/** Signal dispositions and mask, umask and descriptors are reset; then the word to the monitor, which also finds a dead one. */
export function handOver(ctx: LowerContext): void {
  const { b } = ctx;
  const again = b.fresh('signal');
  const action = b.buffer('sigaction', STRUCTS.kernel_sigaction.size, 8);
  b.set('signal', 1);
  b.label(again);
  // SIGKILL and SIGSTOP answer EINVAL.
  b.sys('rt_sigaction', ['signal', action, 0, SIGSET_SIZE]);
  b.add('signal', 1);
  b.branch('signal', 'le', SIGNALS, again);
  call(ctx, 'umask', [UMASK]);
  requireVariables(ctx);
  unpin(ctx);
  call(ctx, 'close_range', [3, 0xffffffffn, c(ctx, 'CLOSE_RANGE_CLOEXEC')]);
  call(ctx, 'rt_sigprocmask', [c(ctx, 'SIG_SETMASK'), b.buffer('empty.sigset', SIGSET_SIZE, 8), 0, SIGSET_SIZE]);
  const head = b.buffer('message.head', 16, 8);
  b.store(head, 0, 4, MESSAGE.ready);
  call(ctx, 'sendto', ['channel.init', head, 16, c(ctx, 'MSG_NOSIGNAL'), 0, 0]);
}

/** A variable that is to be passed on and is not set fails the start, here where it can still be told. */
function requireVariables(ctx: LowerContext): void {
  const { b, plan } = ctx;
  const environment = plan.steps.flatMap((step) =>
    step.actions.flatMap((action) => ('builtin' in action && action.builtin === 'exec' ? action.environment : [])),
  );
  for (const entry of environment) {
    if (typeof entry === 'string' || entry.optional) continue;
    const there = b.fresh('variable');
    b.set('variable.name', b.text(`${entry.inherit}=`));
    b.call('find-variable');
    b.branch('variable', 'ne', 0, there);
    b.fail(ERRNO.ENODATA.number, { onError: ctx.onError });
    b.label(there);
  }
}

export function execute(ctx: LowerContext, { argv, environment }: Extract<Builtin, { builtin: 'exec' }>): void {
  const { b } = ctx;
  const words = b.data('argv', new Uint8Array(8 * (argv.length + 1)), 8);
  for (const [index, word] of argv.entries()) b.store(words, index * 8, 8, b.text(word));
  const variables = b.buffer('environment', 8 * (environment.length + 1), 8);
  b.set('environment.next', variables);
  for (const entry of environment) append(ctx, entry);
  call(ctx, 'execve', ['exec.path', words, variables]);
}

function append(ctx: LowerContext, entry: EnvironmentEntry): void {
  const { b } = ctx;
  const skip = b.fresh('variable');
  if (typeof entry === 'string') b.set('variable', b.text(entry));
  else {
    b.set('variable.name', b.text(`${entry.inherit}=`));
    b.call('find-variable');
    // Those that must be there were looked for before the filter.
    b.branch('variable', 'eq', 0, skip);
  }
  b.storeAt('environment.next', 0, 8, 'variable');
  b.add('environment.next', 8);
  b.label(skip);
}

/** Slot `caller.environment` from the entry stack (System V ABI: argc, argv, NULL, envp, NULL). */
export function findCallerEnvironment(ctx: LowerContext): void {
  const { b } = ctx;
  b.entry('caller.stack');
  b.loadAt('caller.environment', 'caller.stack', 0, 8);
  b.shl('caller.environment', 3);
  b.add('caller.environment', 'caller.stack');
  b.add('caller.environment', 16);
}

/** Subroutine `find-variable`: slot `variable.name` is a pointer to `NAME=`; slot `variable`: the caller's entry, or 0. */
export function emitFindVariable(ctx: LowerContext): void {
  const { b } = ctx;
  const next = b.fresh('find');
  const compare = b.fresh('find');
  const advance = b.fresh('find');
  const done = b.fresh('find');
  b.label('find-variable');
  b.set('find.entry', 'caller.environment');
  b.label(next);
  b.loadAt('variable', 'find.entry', 0, 8);
  b.branch('variable', 'eq', 0, done);
  b.set('find.name', 'variable.name');
  b.set('find.text', 'variable');
  b.label(compare);
  b.loadAt('find.wanted', 'find.name', 0, 1);
  b.branch('find.wanted', 'eq', 0, done);
  b.loadAt('find.letter', 'find.text', 0, 1);
  b.branch('find.letter', 'ne', 'find.wanted', advance);
  b.add('find.name', 1);
  b.add('find.text', 1);
  b.jump(compare);
  b.label(advance);
  b.add('find.entry', 8);
  b.jump(next);
  b.label(done);
  b.return();
}
