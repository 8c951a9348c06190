// Attempts -> a program that makes them all, each in a process of its own, and writes an answer for each: a static ELF file without
// a libc, made by Holdfast's own assembler, so that no compiler is needed and a guest runs all of them in a second.

import { SIGNALS } from '../../src/kernel/signals.gen.ts';
import { createBuilder, imm, memory } from '../../src/launcher/builder.ts';
import { emit } from '../../src/launcher/emit.ts';
import { lowerArg } from '../../src/launcher/lower/arguments.ts';
import type { LowerContext } from '../../src/launcher/lower/context.ts';
import { CONSTANTS as C } from '../../src/kernel/constants.gen.ts';
import { errnoName } from '../../src/kernel/errno.ts';
import type { Attempt } from './attempt.ts';

/** Where it writes, as the container sees it. */
export const ANSWERS = '/tmp/answers';
const ANSWER_SIZE = 16;
const ARCH = 'x86_64';

export function attemptsProgram(attempts: readonly Attempt[]): Uint8Array {
  const b = createBuilder();
  const ctx: LowerContext = {
    b,
    plan: { name: 'attempts', steps: [], detach: false, guard: false, halt: { signal: SIGNALS.SIGKILL, seconds: 0 } },
    options: { arch: ARCH },
    step: 0,
    nextCall: 0,
    onError: '',
    onMismatch: '',
    onExplained: '',
    marks: [],
    who: 'init',
  };
  const answer = b.buffer('answer', ANSWER_SIZE, 8);
  b.sys('openat', [C.AT_FDCWD, b.text(ANSWERS), C.O_WRONLY | C.O_CREAT | C.O_TRUNC | C.O_APPEND, 0o600], { to: 'answers', onError: 'failed' });
  attempts.forEach(({ calls }, index) => {
    const [child, told, next] = [`child-${index}`, `told-${index}`, `next-${index}`];
    b.sys('clone', [SIGNALS.SIGCHLD, 0, 0, 0, 0], { to: 'pid', onError: 'failed' });
    b.branch('pid', 'eq', 0, child);
    b.sys('wait4', ['pid', b.buffer('status', 4, 4), 0, 0], { onError: 'failed' });
    b.branch(memory(b.buffer('status', 4, 4), 0, 4), 'eq', 0, next);
    // A signal ended it: there is no answer of its own.
    b.store(answer, 0, 4, index);
    b.store(answer, 4, 4, memory(b.buffer('status', 4, 4), 0, 4));
    b.store(answer, 8, 8, 1);
    b.sys('write', ['answers', answer, ANSWER_SIZE], { onError: 'failed' });
    b.jump(next);
    b.label(child);
    calls.forEach(({ sys, args, save, prepares }, at) => {
      b.store(answer, 4, 4, at);
      const lowered = args.map((arg) => lowerArg(ctx, arg));
      b.sys(sys, lowered, { to: save ?? 'result', ...(prepares === true ? {} : { onError: `error-${index}` }) });
    });
    b.set('result', 0);
    b.jump(told);
    b.label(`error-${index}`);
    b.saveResult('result');
    b.label(told);
    b.store(answer, 0, 4, index);
    b.store(answer, 8, 8, 'result');
    b.sys('write', ['answers', answer, ANSWER_SIZE], { onError: 'failed' });
    b.exit(0);
    b.label(next);
  });
  b.exit(imm(0));
  b.label('failed');
  b.exit(imm(1));
  return emit(b.program(), { arch: ARCH });
}

/** `allowed`, an errno, or `killed`. `call` is the call that failed. */
export interface Answer {
  readonly verdict: string;
  readonly call: number;
}

/** By the place of the attempt; one without an answer is missing. */
export function answersIn(bytes: Buffer): ReadonlyMap<number, Answer> {
  const answers = new Map<number, Answer>();
  for (let at = 0; at + ANSWER_SIZE <= bytes.length; at += ANSWER_SIZE) {
    const result = bytes.readBigInt64LE(at + 8);
    const verdict = result === 0n ? 'allowed' : result > 0n ? 'killed' : (errnoName(Number(-result)) ?? String(result));
    answers.set(bytes.readUInt32LE(at), { verdict, call: bytes.readUInt32LE(at + 4) });
  }
  return answers;
}
