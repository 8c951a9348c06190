// How often programs make which calls, so that frequent ones are decided first.
//
// Measured with `strace -f -c` 6.1 on Debian 12, x86_64, each program's calls counted as one share: perl 5.36 reading files, gcc
// 12.2 compiling one, git 2.39 (init, add, commit, log, grep, gc), tar 1.34 with gzip, sqlite3 3.40, dpkg -l 1.21, bash 5.2
// with date, head, awk and grep -r, and lighttpd 1.4.69 answering 200 requests. The mix by which filters are judged
// (bench/seccomp-mix.json) comes from other programs. Calls of other architectures have the frequency of what they replace.

/** Names of x86_64 with their frequency, in any unit. */
export type Weights = Readonly<Record<string, number>>;

/** Per ten thousand calls. */
export const USUAL_WEIGHTS: Weights = {
  newfstatat: 1861,
  openat: 1244,
  read: 1031,
  close: 978,
  mmap: 696,
  lseek: 405,
  fcntl: 328,
  rt_sigaction: 285,
  write: 220,
  readlink: 219,
  brk: 219,
  pwrite64: 185,
  setsockopt: 155,
  accept4: 154,
  epoll_wait: 147,
  mprotect: 142,
  epoll_ctl: 138,
  access: 113,
  getdents64: 107,
  pread64: 101,
  ioctl: 81,
  fdatasync: 81,
  rt_sigprocmask: 79,
  execve: 77,
  sendfile: 77,
  shutdown: 77,
  writev: 77,
  recvfrom: 77,
  geteuid: 50,
  getpid: 46,
  munmap: 46,
  set_robust_list: 38,
  unlink: 33,
  prlimit64: 31,
  getuid: 31,
  rseq: 27,
  arch_prctl: 27,
  set_tid_address: 27,
  getgid: 26,
  futex: 26,
  getrandom: 25,
  getcwd: 23,
  getegid: 23,
  fchown: 20,
  wait4: 20,
  pipe2: 13,
  clone: 11,
  statfs: 11,
  dup2: 11,
  socket: 10,
  connect: 9,
  umask: 8,
  copy_file_range: 6,
  sysinfo: 6,
  rt_sigreturn: 6,
  mkdir: 5,
  vfork: 4,
  chdir: 4,
  rename: 3,
  fadvise64: 3,
  link: 3,
  rmdir: 3,
  faccessat2: 2,
  chmod: 2,
  getppid: 2,
};

/** What a program calls where its architecture lacks the call of x86_64, or has a wider one beside it; the first that is there. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  access: ['faccessat'],
  chmod: ['fchmodat'],
  dup2: ['dup3'],
  epoll_wait: ['epoll_pwait'],
  fchown: ['fchown32'],
  fcntl: ['fcntl64'],
  fstat: ['fstat64'],
  fstatfs: ['fstatfs64'],
  ftruncate: ['ftruncate64'],
  futex: ['futex_time64'],
  getegid: ['getegid32'],
  geteuid: ['geteuid32'],
  getgid: ['getgid32'],
  getuid: ['getuid32'],
  lseek: ['_llseek'],
  mkdir: ['mkdirat'],
  mmap: ['mmap2'],
  newfstatat: ['fstatat64'],
  pipe: ['pipe2'],
  poll: ['ppoll'],
  readlink: ['readlinkat'],
  rename: ['renameat', 'renameat2'],
  rmdir: ['unlinkat'],
  statfs: ['statfs64'],
  unlink: ['unlinkat'],
  vfork: ['clone'],
};

/** The frequencies of an architecture's own calls, those of `calls`. */
export function weightsFor(weights: Weights, calls: Readonly<Record<string, number>>): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [name, weight] of Object.entries(weights)) {
    const own = [...(INSTEAD[name] ?? []), name].find((one) => Object.hasOwn(calls, one));
    const number = own === undefined ? undefined : calls[own];
    if (number !== undefined) found.set(number, (found.get(number) ?? 0) + weight);
  }
  return found;
}
