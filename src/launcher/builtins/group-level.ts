// A level above the groups of containers, which the first start makes. A start that is killed may leave one that is not finished: no
// CPUs, no mark. Such a level bears the sticky bit from its first moment, and no mark; another's has no sticky bit.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';

type GroupLevel = Extract<Builtin, { builtin: 'group-level' }>;

/** S_ISVTX (inode(7)): it only says who may remove what is inside, and that is the level's owner anyway. */
const STICKY = 0o1000;
const MODE = 0o755 | STICKY;
const MARK_ROOM = 8;

export function groupLevel(ctx: LowerContext, { path, mark, made }: GroupLevel): void {
  const { b } = ctx;
  const [existing, finish, others, done] = ['level', 'level', 'level', 'level'].map(b.fresh) as [string, string, string, string];
  const at = c(ctx, 'AT_FDCWD');
  const directory = b.text(path);
  const status = b.buffer('statx', STRUCTS.statx.size, 8);
  call(ctx, 'mkdirat', [at, directory, MODE], { on: [{ errno: 'EEXIST', label: existing }] });
  b.jump(finish);
  b.label(existing);
  call(ctx, 'statx', [at, directory, 0, c(ctx, 'STATX_MODE'), status]);
  b.set('level.mode', memory(status, STRUCTS.statx.fields.stx_mode.offset, 2));
  b.and('level.mode', STICKY);
  b.branch('level.mode', 'eq', 0, others);
  call(ctx, 'getxattr', [directory, b.text(mark), b.buffer('level.mark', MARK_ROOM, 8), MARK_ROOM], { on: [{ errno: 'ENODATA', label: finish }] });
  b.label(others);
  b.set(made, -1);
  b.jump(done);
  b.label(finish);
  b.set(made, 0);
  b.label(done);
}
