/*
 * The floor: the least that a program can do and still make the container of this benchmark. No libc, no monitor, no
 * checks, no state, no console; the same namespaces, mounts, device nodes and capability drops as the others.
 * Nothing that makes a container with these kernel calls can be much faster, so everything is compared with this.
 *
 * usage: floor ROOTFS COMMAND
 *   compiled with -DID_MAP="0 100000 65536" it also makes a user namespace with this map of users and groups
 *   compiled with -DHOSTNAME, -DPTY_MAX and -DDROPPED=CAP_...,CAP_... taken from the one description of the container
 */
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/stat.h>
#include <linux/wait.h>

#include "nolibc.h"

#define DETACH 2 /* MNT_DETACH of umount2, which only libc's headers have */
#define HERE "."
#define OLD_STYLE_DEVICE(major, minor) ((major) << 8 | (minor))

static const int dropped[] = {DROPPED};

static const struct {
  const char *name; /* below /, of the host as of the container */
  int device;
} nodes[] = {
    {"dev/null", OLD_STYLE_DEVICE(1, 3)}, {"dev/zero", OLD_STYLE_DEVICE(1, 5)},    {"dev/full", OLD_STYLE_DEVICE(1, 7)},
    {"dev/random", OLD_STYLE_DEVICE(1, 8)}, {"dev/urandom", OLD_STYLE_DEVICE(1, 9)}, {"dev/tty", OLD_STYLE_DEVICE(5, 0)},
};

static const struct {
  const char *name;
  const char *target;
} links[] = {
    {"dev/fd", "/proc/self/fd"},
    {"dev/stdin", "/proc/self/fd/0"},
    {"dev/stdout", "/proc/self/fd/1"},
    {"dev/stderr", "/proc/self/fd/2"},
    {"dev/ptmx", "pts/ptmx"},
};

/* A floor that skips what failed would be no floor: the first failing call is told and ends it. */
static long must(const char *what, long result) {
  if (result >= 0) return result;
  put(2, "floor: ");
  put(2, what);
  put(2, ": errno ");
  put_number(2, (word)-result, 10);
  put(2, "\n");
  leave(125);
}

static void attach(int fd, const char *target) {
  must(target, SYS(move_mount, fd, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH));
  SYS(close, fd);
}

static int clone_of(const char *path) {
  return (int)must(path, SYS(open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
}

static void make_read_only(int fd) {
  static struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  must("mount_setattr", SYS(mount_setattr, fd, "", AT_EMPTY_PATH, &attributes, sizeof attributes));
}

static int new_file_system(const char *type) { return (int)must(type, SYS(fsopen, type, FSOPEN_CLOEXEC)); }

static void option(int fs, const char *key, const char *value) {
  must(key, SYS(fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0));
}

static void mount_at(int fs, const char *target, word attributes) {
  must(target, SYS(fsconfig, fs, FSCONFIG_CMD_CREATE));
  attach((int)must(target, SYS(fsmount, fs, FSMOUNT_CLOEXEC, attributes)), target);
  SYS(close, fs);
}

/* proc:mixed as LXC has it: /proc/sys read-only with the network's sysctls left writable, no sysrq-trigger. */
static void mount_proc(void) {
  mount_at(new_file_system("proc"), "proc", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  int net = clone_of("proc/sys/net");
  int sys = clone_of("proc/sys");
  make_read_only(sys);
  attach(sys, "proc/sys");
  attach(net, "proc/sys/net");
  long trigger = SYS(open_tree, AT_FDCWD, "proc/sysrq-trigger", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (trigger == -ENOENT) return; /* a kernel without CONFIG_MAGIC_SYSRQ */
  must("proc/sysrq-trigger", trigger);
  make_read_only((int)trigger);
  attach((int)trigger, "proc/sysrq-trigger");
}

#ifdef ID_MAP
/* Root of a user namespace makes no device nodes: the host's are bound. */
static void make_node(word i) {
  static char host[16] = "/"; /* the longest is dev/urandom */
  word n = 0;
  do host[n + 1] = nodes[i].name[n];
  while (nodes[i].name[n++] != 0);
  long file = must(nodes[i].name, SYS(openat, AT_FDCWD, nodes[i].name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666));
  SYS(close, file);
  attach(clone_of(host), nodes[i].name);
}

static int released[2]; /* a pipe: the child waits for its ids */

static void write_map(long pid, const char *file) {
  static char path[64];
  word n = 0;
  for (const char *part = "/proc/"; *part != 0; part++) path[n++] = *part;
  word digits = 1;
  for (word rest = (word)pid; rest >= 10; rest /= 10) digits++;
  for (word at = digits, rest = (word)pid; at > 0; rest /= 10) path[n + --at] = (char)('0' + rest % 10);
  n += digits;
  for (; *file != 0; file++) path[n++] = *file;
  path[n] = 0;
  long fd = must(path, SYS(openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC));
  must(path, SYS(write, fd, ID_MAP, sizeof ID_MAP - 1));
  SYS(close, fd);
}

static void map_ids(long pid) {
  write_map(pid, "/uid_map");
  write_map(pid, "/gid_map");
  must("release", SYS(write, released[1], "", 1));
}

static void await_ids(void) {
  char byte;
  must("await", SYS(read, released[0], &byte, 1));
  must("setgroups", SYS(setgroups, 0, 0));
  must("setresgid", SYS(setresgid, 0, 0, 0));
  must("setresuid", SYS(setresuid, 0, 0, 0));
}
#else
static void make_node(word i) {
  must(nodes[i].name, SYS(mknodat, AT_FDCWD, nodes[i].name, S_IFCHR | 0666, nodes[i].device));
}
#endif

static void mount_dev(void) {
  int fs = new_file_system("tmpfs");
  option(fs, "mode", "0755");
  option(fs, "size", "500000");
  mount_at(fs, "dev", MOUNT_ATTR_NOSUID);
  SYS(umask, 0);
  for (word i = 0; i < sizeof nodes / sizeof *nodes; i++) make_node(i);
  SYS(umask, 022);
  for (word i = 0; i < sizeof links / sizeof *links; i++)
    must(links[i].name, SYS(symlinkat, links[i].target, AT_FDCWD, links[i].name));
  must("dev/pts", SYS(mkdirat, AT_FDCWD, "dev/pts", 0755));
  fs = new_file_system("devpts");
  option(fs, "mode", "0620");
  option(fs, "ptmxmode", "0666");
  option(fs, "gid", "5");
  option(fs, "max", PTY_MAX);
  mount_at(fs, "dev/pts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

static void become_init(const char *rootfs, const char *command) {
  must("sethostname", SYS(sethostname, HOSTNAME, sizeof HOSTNAME - 1));
  static struct mount_attr private = {.propagation = MS_PRIVATE};
  must("private", SYS(mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &private, sizeof private));
  int root = clone_of(rootfs);
  must(rootfs, SYS(move_mount, root, "", AT_FDCWD, rootfs, MOVE_MOUNT_F_EMPTY_PATH));
  must("fchdir", SYS(fchdir, root));
  mount_proc();
  mount_at(new_file_system("sysfs"), "sys", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  mount_dev();
  must("pivot_root", SYS(pivot_root, HERE, HERE));
  must("umount2", SYS(umount2, HERE, DETACH));
  must("chdir", SYS(chdir, "/"));
  for (word i = 0; i < sizeof dropped / sizeof *dropped; i++)
    must("PR_CAPBSET_DROP", SYS(prctl, PR_CAPBSET_DROP, dropped[i]));
  must("setsid", SYS(setsid));
  const char *arguments[] = {command, 0};
  const char *environment[] = {"container=floor", 0};
  must(command, SYS(execve, command, arguments, environment));
}

void enter(word *stack) {
  const char **arguments = (const char **)(stack + 1);
  if (stack[0] != 3) {
    put(2, "usage: floor ROOTFS COMMAND\n");
    leave(2);
  }
  static int pidfd;
  static struct clone_args clone = {
      .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_PIDFD,
      .exit_signal = SIGCHLD,
  };
  clone.pidfd = (word)&pidfd;
#ifdef ID_MAP
  clone.flags |= CLONE_NEWUSER;
  must("pipe2", SYS(pipe2, released, O_CLOEXEC));
  long pid = must("clone3", SYS(clone3, &clone, sizeof clone));
  if (pid == 0) {
    await_ids();
    become_init(arguments[1], arguments[2]);
  }
  map_ids(pid);
#else
  if (must("clone3", SYS(clone3, &clone, sizeof clone)) == 0) become_init(arguments[1], arguments[2]);
#endif
  static siginfo_t ended;
  must("waitid", SYS(waitid, P_PIDFD, pidfd, &ended, WEXITED, 0));
  leave(ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status);
}
