// A value for a group that containers share: the first writes it, the others must want the same. What was agreed stands in an attribute
// of the group itself, so that it goes with the group: `67108864 (web)`. The caller holds the turn (controls/cgroups/turn.ts): nobody
// else looks at the group meanwhile.

import { ERRNO } from '../../kernel/errno.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { behind, imm, memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { explanation, EXPLANATION_SIZE } from '../lower/step.ts';

type ClaimValue = Extract<Builtin, { builtin: 'claim-value' }>;

/** A kernel's sentence begins with a letter and a blank, and ends in a newline: what is shown is between (lower/report.ts). */
const LEVEL = 2;
const NEWLINE = 1;
const IT_HAS = 'it has ';
/** Where the attribute is read to: behind these words, so that it is an explanation at once. */
const START = LEVEL + IT_HAS.length;
const ROOM = EXPLANATION_SIZE - START - NEWLINE;
/** A directory of kernfs without directories inside has two links. */
const ALONE = 2;

export function claimValue(ctx: LowerContext, { path, mark, attribute, value, claimed }: ClaimValue): void {
  const { b } = ctx;
  const [unclaimed, differs, foreign, done] = ['claim-value', 'claim-value', 'claim-value', 'claim-value'].map(b.fresh) as [string, string, string, string];
  const same = new TextEncoder().encode(`${value} (`).subarray(0, ROOM);
  const text = behind(explanation(ctx), START);
  const directory = b.text(path);

  b.set('explanation.length', 0);
  call(ctx, 'getxattr', [directory, b.text(attribute), text, ROOM], { to: 'claim.length', on: [{ errno: 'ENODATA', label: unclaimed }] });
  b.branch('claim.length', 'lt', same.length, differs);
  for (const [index, byte] of same.entries()) b.branch(memory(text, index, 1), 'ne', byte, differs);
  b.jump(foreign);

  // Of a claim that nobody is left of, only the attribute is: the group is an administrator's, or a killed container's.
  b.label(differs);
  const status = b.buffer('statx', STRUCTS.statx.size, 8);
  call(ctx, 'statx', [c(ctx, 'AT_FDCWD'), directory, 0, c(ctx, 'STATX_NLINK'), status]);
  b.branch(memory(status, STRUCTS.statx.fields.stx_nlink.offset, 4), 'eq', ALONE, unclaimed);
  b.copy(b.text(IT_HAS), behind(explanation(ctx), LEVEL), IT_HAS.length);
  b.set('explanation.length', 'claim.length');
  b.add('explanation.length', START + NEWLINE);
  b.set('failed', imm(-BigInt(ERRNO.EBUSY.number)));
  b.jump(ctx.onExplained);

  b.label(unclaimed);
  call(ctx, 'getxattr', [directory, b.text(mark), text, ROOM], { on: [{ errno: 'ENODATA', label: foreign }] });
  b.set(claimed, 0);
  b.jump(done);
  b.label(foreign);
  b.set(claimed, -1);
  b.label(done);
}
