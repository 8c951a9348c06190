// A ruleset -> the calls that make it and put this process, and all that it starts, under it for good: landlock_create_ruleset(2),
// landlock_add_rule(2), landlock_restrict_self(2). There is no way to read it back but to try what it forbids.

import type { ConstName } from '../../kernel/constants.gen.ts';
import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { FS_RIGHTS, NET_RIGHTS, rightsOf, SCOPES } from '../../kernel/landlock.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { LandlockEntry, PathRule, PortRule, Ruleset } from '../../model/landlock.ts';
import type { Origin } from '../../model/origin.ts';
import type { Arg, InitStep, SysCall } from '../../model/step.ts';
import { isFileRight, rulesetText } from './ruleset.ts';

const RULES = { slot: 'landlock.ruleset' } as const;
const PLACE = { slot: 'landlock.path' } as const;
const REFUSED = -ERRNO.EACCES.number;

/**
 * From this version on the kernel tells of denials in its audit log, but without the flag only of those of the program that entered
 * the ruleset, which is Holdfast's init and not the container's (`holdfast denials`).
 */
const LOGGING_ABI = 7;

/** Kernels without it: not built in (ENOSYS), or not among the security modules that were switched on at boot (EOPNOTSUPP). */
const ABSENT: readonly ErrnoName[] = ['ENOSYS', 'EOPNOTSUPP'];

const HINTS: NonNullable<InitStep['hints']> = {
  ENOSYS: 'this kernel was built without Landlock, or a filter around the caller forbids it',
  EOPNOTSUPP: 'Landlock is not switched on: add landlock to lsm= on the command line of the kernel',
  EINVAL: "this kernel's Landlock is older than its release promises: see 'dmesg | grep landlock'",
  EPERM: 'Landlock needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
  E2BIG: 'the caller is under 16 rulesets already, the most that the kernel stacks',
  ELOOP: 'a path that is to be opened up leads through a symbolic link in the container: write the path that it leads to',
  ENOENT: "a path that is to be opened up is not in the container; '-' in front of it says that it need not be",
};

/** For init and for attach alike. */
export function landlockSteps({ ruleset, mayBeMissing, proc }: LandlockEntry, why: Origin): readonly InitStep[] {
  const skip = mayBeMissing ? { skipStep: ABSENT } : {};
  const actions: readonly SysCall[] = [
    { ...create(ruleset), ...skip },
    ...ruleset.paths.flatMap((rule) => allowPath(rule, ruleset.abi)),
    ...ruleset.ports.map(allowPort),
    { sys: 'landlock_restrict_self', args: [RULES, ruleset.abi >= LOGGING_ABI ? { flags: ['LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON'] } : 0] },
    { sys: 'close', args: [RULES] },
    ...(proc ? [tryForbidden()] : []),
  ];
  const where = mayBeMissing ? ' (where the kernel has it)' : '';
  return [
    { who: 'init', phase: 'landlock', what: `let Landlock ${ruleset.abi}${where} allow this and no more: ${rulesetText(ruleset)}`, why, actions, hints: HINTS },
  ];
}

function create({ abi, network, scopes }: Ruleset): SysCall {
  const fields: Record<string, Arg> = { handled_access_fs: { flags: rightsOf(FS_RIGHTS, abi).map((right) => FS_RIGHTS[right].constant) } };
  if (network.length > 0) fields['handled_access_net'] = { flags: network.map((right) => NET_RIGHTS[right].constant) };
  if (scopes.length > 0) fields['scoped'] = { flags: scopes.map((scope) => SCOPES[scope].constant) };
  // A kernel that knows a shorter structure takes a longer one whose rest is 0.
  return { sys: 'landlock_create_ruleset', args: [{ struct: 'landlock_ruleset_attr', fields }, STRUCTS.landlock_ruleset_attr.size, 0], save: RULES.slot };
}

/**
 * The kernel refuses rights for directories on a file (EINVAL), and what a path is will be known only then: the whole rule is made
 * for a directory, and its part for files for whatever is there.
 */
function allowPath({ path, rights, optional }: PathRule, abi: number): readonly SysCall[] {
  const known = rights.filter((right) => FS_RIGHTS[right].abi <= abi);
  const forFiles = known.filter(isFileRight);
  const gone: readonly ErrnoName[] = optional ? ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'] : [];
  const rule = (granted: typeof known, flags: readonly ConstName[], absent: readonly ErrnoName[]): readonly SysCall[] => [
    { sys: 'openat2', args: [{ flags: ['AT_FDCWD'] }, { text: path }, how(flags), STRUCTS.open_how.size], save: PLACE.slot, tolerate: absent },
    {
      sys: 'landlock_add_rule',
      args: [
        RULES,
        { flags: ['LANDLOCK_RULE_PATH_BENEATH'] },
        {
          struct: 'landlock_path_beneath_attr',
          fields: { allowed_access: { flags: granted.map((right) => FS_RIGHTS[right].constant) }, parent_fd: PLACE },
        },
        0,
      ],
      // Nothing was opened.
      tolerate: absent.length > 0 ? ['EBADF'] : [],
    },
    { sys: 'close', args: [PLACE], tolerate: absent.length > 0 ? ['EBADF'] : [] },
  ];
  const directory = forFiles.length < known.length ? rule(known, ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'], [...new Set([...gone, 'ENOTDIR' as const])]) : [];
  return [...directory, ...(forFiles.length > 0 ? rule(forFiles, ['O_PATH', 'O_CLOEXEC'], gone) : [])];
}

/** The container's root may make any name a link, to `/` or to /proc: a rule for where it leads would open that up. */
function how(flags: readonly ConstName[]): Arg {
  return { struct: 'open_how', fields: { flags: { flags }, resolve: { flags: ['RESOLVE_NO_SYMLINKS'] } } };
}

function allowPort({ port, rights }: PortRule): SysCall {
  const allowed_access: Arg = { flags: rights.map((right) => NET_RIGHTS[right].constant) };
  return {
    sys: 'landlock_add_rule',
    args: [RULES, { flags: ['LANDLOCK_RULE_NET_PORT'] }, { struct: 'landlock_net_port_attr', fields: { allowed_access, port: BigInt(port) } }, 0],
  };
}

/** Everybody may write their own name here (proc_pid_comm(5)), so EACCES is the ruleset's. */
function tryForbidden(): SysCall {
  return {
    sys: 'openat',
    args: [{ flags: ['AT_FDCWD'] }, { text: '/proc/self/comm' }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0],
    tolerate: ['EACCES'],
    expect: REFUSED,
  };
}
