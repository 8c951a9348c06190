// The id maps of a new user namespace (user_namespaces(7)): one write(2) each, by the monitor or by newuidmap(1).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, type LowerContext, must } from '../lower/context.ts';
import { hostPid } from './clone.ts';
import { exitCode } from './guard.ts';
import { SIGSET_SIZE } from './normalise.ts';

export function idMap(ctx: LowerContext, { file, text }: Extract<Builtin, { builtin: 'id-map' }>): void {
  const { b } = ctx;
  const length = new TextEncoder().encode(text).length;
  call(ctx, 'openat', ['init.proc', b.text(file), c(ctx, 'O_WRONLY', 'O_CLOEXEC'), 0], { to: 'map' });
  call(ctx, 'write', ['map', b.text(text), length], { to: 'answer' });
  must(ctx, 'answer', length);
  b.sys('close', ['map']);
}

/** Runs the set-user-ID helper with the host pid of init as its first argument; it says itself what it refuses. */
export function idMapHelper(ctx: LowerContext, { program, triples }: Extract<Builtin, { builtin: 'id-map-helper' }>): void {
  const { b } = ctx;
  const argv = b.data(b.fresh('helper.argv'), new Uint8Array(8 * (triples.length + 3)), 8);
  for (const [index, word] of [b.text(program), hostPid(ctx), ...triples.map((one) => b.text(one))].entries()) b.store(argv, index * 8, 8, word);
  const args = b.data(b.fresh('helper.clone'), new Uint8Array(STRUCTS.clone_args.size), 8);
  const pidfd = b.buffer('helper.pidfd', 4, 8);
  const parent = b.fresh('helper');
  b.store(args, STRUCTS.clone_args.fields.flags.offset, 8, c(ctx, 'CLONE_PIDFD'));
  b.store(args, STRUCTS.clone_args.fields.pidfd.offset, 8, pidfd);
  b.store(args, STRUCTS.clone_args.fields.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size], { to: 'helper.pid' });
  b.branch('helper.pid', 'ne', 0, parent);
  const none = b.buffer('empty.sigset', SIGSET_SIZE, 8);
  b.sys('rt_sigprocmask', [c(ctx, 'SIG_SETMASK'), none, 0, SIGSET_SIZE]);
  b.sys('execve', [b.text(program), argv, b.buffer('empty.environment', 8, 8)]);
  b.exit(127);
  b.label(parent);
  b.set('helper.fd', memory(pidfd, 0, 4));
  call(ctx, 'waitid', [c(ctx, 'P_PIDFD'), 'helper.fd', b.buffer('wait.info', STRUCTS.siginfo.size, 8), c(ctx, 'WEXITED'), 0]);
  b.sys('close', ['helper.fd']);
  exitCode(ctx, b.buffer('wait.info', STRUCTS.siginfo.size, 8), 'exit.code');
  must(ctx, 'exit.code', 0);
}
