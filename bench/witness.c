/*
 * The init of the check before and after the timing: writes what kind of container it finds itself in to /witness,
 * one `key value` a line, and leaves with the same status as init.c. A contender whose container is not the one that
 * was asked for is not compared.
 */
#include <asm/statfs.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/utsname.h>

#include "nolibc.h"

#define READ_ONLY 1 /* ST_RDONLY of statfs.f_flags */

static int out;

static void field(const char *key) {
  put(out, key);
  put(out, " ");
}

static void text(const char *key, const char *value) {
  field(key);
  put(out, value);
  put(out, "\n");
}

static void number(const char *key, word value, word base) {
  field(key);
  put_number(out, value, base);
  put(out, "\n");
}

/* The kind of file system at a path as statfs names it, and whether that mount is read-only. */
static void mount(const char *key, const char *path) {
  struct statfs found;
  field(key);
  if (SYS(statfs, path, &found) < 0) {
    put(out, "absent\n");
    return;
  }
  put_number(out, (word)found.f_type, 16);
  put(out, (found.f_flags & READ_ONLY) != 0 ? " ro\n" : " rw\n");
}

static void namespace_of(const char *key, const char *path) {
  char target[64];
  long n = SYS(readlinkat, AT_FDCWD, path, target, sizeof target - 1);
  target[n < 0 ? 0 : n] = 0;
  text(key, target);
}

/* A device node that opens and takes a byte; "absent" also where the node is there and may not be opened. */
static void device(const char *key, const char *path) {
  long fd = SYS(openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
  text(key, fd >= 0 && SYS(write, fd, "", 1) == 1 ? "works" : "absent");
  if (fd >= 0) SYS(close, fd);
}

static void capability_sets(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}};
  SYS(capget, &header, data);
  number("effective", data[0].effective | (word)data[1].effective << 32, 16);
  number("permitted", data[0].permitted | (word)data[1].permitted << 32, 16);
  number("inheritable", data[0].inheritable | (word)data[1].inheritable << 32, 16);
  word bounding = 0;
  for (word cap = 0; cap < 64; cap++)
    if (SYS(prctl, PR_CAPBSET_READ, cap) == 1) bounding |= (word)1 << cap;
  number("bounding", bounding, 16);
}

void enter(word *stack) {
  (void)stack;
  struct new_utsname names;
  out = (int)SYS(openat, AT_FDCWD, "/witness", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out < 0) leave(1);
  number("pid", (word)SYS(getpid), 10);
  number("session", (word)SYS(getsid, 0), 10);
  SYS(uname, &names);
  text("hostname", names.nodename);
  namespace_of("mnt", "/proc/self/ns/mnt");
  namespace_of("pid_ns", "/proc/self/ns/pid");
  namespace_of("uts", "/proc/self/ns/uts");
  namespace_of("ipc", "/proc/self/ns/ipc");
  namespace_of("net", "/proc/self/ns/net");
  namespace_of("user", "/proc/self/ns/user");
  namespace_of("cgroup", "/proc/self/ns/cgroup");
  mount("proc", "/proc");
  mount("proc_sys", "/proc/sys");
  mount("sys", "/sys");
  mount("dev", "/dev");
  mount("pts", "/dev/pts");
  device("null", "/dev/null");
  device("zero", "/dev/zero");
  capability_sets();
  /* Last, so that a file that was cut short is seen as such. */
  text("end", "end");
  leave(INIT_STATUS);
}
