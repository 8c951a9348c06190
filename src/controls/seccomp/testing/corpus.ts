// Policies as people write them, for tests.

import { SYSCALLS } from '../../../kernel/syscalls.gen.ts';

/** What Debian's common.seccomp refuses, with its comment behind a line. */
export const COMMON = `2
denylist
reject_force_umount  # comment this to allow umount -f
[all]
kexec_load errno 1
open_by_handle_at errno 1
init_module errno 1
finit_module errno 1
delete_module errno 1
`;

/** The article's. Nothing can be started under it. */
export const ARTICLE = '1\nwhitelist\n103\n';

const RUNTIME = 'execve read write close fstat mmap mprotect munmap brk pread64 exit_group rt_sigreturn rt_sigaction';

/** Enough for a static program that writes and ends. */
export const SMALL_ALLOWLIST = `2\nallowlist errno ENOSYS\n${RUNTIME.split(' ').join('\n')}\narch_prctl\n`;

/** A call for each operator. The last argument of each line is where 32 and 64 bits differ. */
export const EVERY_OPERATOR = `2
denylist
mkdir errno 1 [1,0x1c0,!=]
rmdir errno 2 [0,0x100000000,<]
chmod errno 3 [1,0x1ff,<=]
ioctl errno 25 [1,0x5412,==]
lseek errno 5 [1,0x7fffffffffffffff,>=]
ftruncate errno 6 [1,4294967295,>]
clone errno 1 [0,0x10000000,&=,0x10000000]
personality errno 9 [0,0xffffffff,SCMP_CMP_NE] [0,8,SCMP_CMP_NE]
socket errno 97 [0,16,SCMP_CMP_EQ]
socket errno 98 [0,38,SCMP_CMP_EQ]
`;

/** Sections, calls of one architecture only, calls behind ipc and socketcall, several lines about one call. */
export const SECTIONS = `2
denylist
[x86]
mkdir errno 13
socket errno 1
semop errno 1
_llseek log
[x86_64]
mkdir errno 2
arch_prctl trap [0,0x1001,==]
[x32]
mkdir errno 3
[arm]
mkdir errno 4
set_tls kill_thread
[arm64]
mkdirat errno 5
[all]
mkdir errno 6 [1,0,==]
open errno 7
shmat log [1,0,==]
accept errno 8 [0,3,==]
mknod errno 1
mknod allow [1,0x2000,&=,0xf000]
`;

export const LOGGING = '2\nallowlist log\nexecve\nread\n[all]\nwrite kill\n';
export const EMPTY_DENYLIST = '2\ndenylist\n';
export const EMPTY_ALLOWLIST = '2\nallowlist\n';

/** Hundreds of ranges, neighbours decided otherwise: the tree is as large as it gets, and its ends are out of a branch's reach. */
export const MANY = `2\nallowlist errno 38\n${Object.keys(SYSCALLS.x86_64)
  .map((name, index) => [name, `${name} errno ${index}`, '', `${name} kill [1,${index},>]`, `${name} log [0,${index},&=,0x1ff]`][index % 5])
  .join('\n')}\n[arm]\n${Object.keys(SYSCALLS.arm)
  .filter((_, index) => index % 2 === 0)
  .join('\n')}\n`;

export const CORPUS = { COMMON, ARTICLE, SMALL_ALLOWLIST, EVERY_OPERATOR, SECTIONS, LOGGING, EMPTY_DENYLIST, EMPTY_ALLOWLIST, MANY } as const;
