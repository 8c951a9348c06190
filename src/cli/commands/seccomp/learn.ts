// holdfast seccomp learn: runs a command in a container and writes the smallest allowlist that it needed.

import { realMachine } from '../../../host/machine.ts';
import { learnedPolicy } from '../../../controls/seccomp/explain/index.ts';
import { learnCalls } from '../../../runtime/learn.ts';
import { prepare } from '../../../runtime/source.ts';
import { writeWhole } from '../../../runtime/write-whole.ts';
import { type Context, err, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { LearnFlags } from '../../seccomp-flags.ts';
import { mayStart } from '../../report.ts';
import { sourceOf } from '../../source.ts';

export async function learn(this: Context, flags: LearnFlags, name?: string): Promise<void> {
  const prepared = prepare(sourceOf(this, flags, name), realMachine(), 'take');
  const { status, calls } = await learnCalls(prepared, (found) => mayStart(this, prepared, found));
  if (status === null || calls.length === 0) {
    if (status !== null) err(this, `holdfast: nothing was learned: the run ended with ${status}\n`);
    this.process.exitCode = EXIT.failed;
    return;
  }
  if (status !== 0) err(this, `holdfast: the run ended with ${status}: what it would have done besides is not in the policy\n`);
  const policy = learnedPolicy(calls, prepared.host.arch, `learned from ${calls.length} calls of ${[prepared.name, ...(this.command ?? [])].join(' ')}`);
  if (flags.output === undefined || flags.output === '-') out(this, policy);
  else writeWhole(flags.output, policy, 0o644);
}
