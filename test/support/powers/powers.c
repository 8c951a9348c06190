/*
 * powers WORD [ARGUMENT]...: tries one thing that root of a machine may do, and prints the errno, 0 where it could.
 * In a container nothing of it may change the host; outside it shows that the questions are the right ones.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define IS(word) (strcmp(argv[1], word) == 0)
static int said(long result) { return result < 0 ? errno : 0; }

static int opens(const char *path, int flags) {
  char byte;
  int fd = open(path, flags);
  if (fd < 0) return errno;
  /* Some files of /proc refuse only to be read. */
  return (flags & O_ACCMODE) == O_WRONLY || read(fd, &byte, 1) >= 0 ? 0 : errno;
}

/* struct vfs_cap_data, version 2: the kernel adds the root of the namespace itself. */
static int give_capability(const char *path, unsigned capability) {
  uint32_t data[5] = {0x02000000 | 1, 1u << capability, 0, 0, 0};
  return said(setxattr(path, "security.capability", data, sizeof data, 0));
}

static long key(const char *how, const char *name) {
  if (strcmp(how, "add-session") == 0) return syscall(SYS_add_key, "user", name, "secret", 6, KEY_SPEC_SESSION_KEYRING);
  if (strcmp(how, "add-user") == 0) return syscall(SYS_add_key, "user", name, "secret", 6, KEY_SPEC_USER_KEYRING);
  if (strcmp(how, "drop-user") == 0) return syscall(SYS_keyctl, KEYCTL_UNLINK, syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0), KEY_SPEC_USER_KEYRING);
  int ring = strcmp(how, "find-session") == 0 ? KEY_SPEC_SESSION_KEYRING : KEY_SPEC_USER_KEYRING;
  return syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "user", name, 0);
}

int main(int argc, char **argv) {
  int e = 255;
  if (argc < 2) return 2;
  if (IS("chown")) e = said(chown(argv[2], atoi(argv[3]), -1));
  else if (IS("chgrp")) e = said(chown(argv[2], -1, atoi(argv[3])));
  else if (IS("setuid")) e = said(setresuid(atoi(argv[2]), -1, -1));
  else if (IS("setgroups")) { gid_t g = atoi(argv[2]); e = said(syscall(SYS_setgroups, 1, &g)); }
  else if (IS("mknod-char")) e = said(mknod(argv[2], S_IFCHR | 0600, makedev(1, 3)));
  else if (IS("mknod-block")) e = said(mknod(argv[2], S_IFBLK | 0600, makedev(254, 0)));
  else if (IS("mount-disk")) e = said(mount(argv[2], "/mnt", "ext4", MS_RDONLY, 0));
  else if (IS("fsopen-disk")) { /* the context is anybody's, the file system is not */
    int fs = syscall(SYS_fsopen, "ext4", 0);
    e = fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "source", argv[2], 0) ? errno : said(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0));
  }
  else if (IS("module")) e = said(syscall(SYS_init_module, "", 0, ""));
  else if (IS("delete-module")) e = said(syscall(SYS_delete_module, "no_such_module", O_NONBLOCK));
  else if (IS("clock")) { struct timespec t; clock_gettime(CLOCK_REALTIME, &t); e = said(syscall(SYS_clock_settime, CLOCK_REALTIME, &t)); }
  else if (IS("adjtimex")) { struct timex t; memset(&t, 0, sizeof t); t.modes = ADJ_TICK; t.tick = 10000; e = said(adjtimex(&t)); }
  else if (IS("kexec")) e = said(syscall(SYS_kexec_load, 0, 0, 0, 0));
  else if (IS("swapon")) e = said(syscall(SYS_swapon, "/nowhere", 0));
  else if (IS("syslog")) e = said(syscall(SYS_syslog, 3, &e, sizeof e));
  else if (IS("iopl")) e = said(syscall(SYS_iopl, 3));
  else if (IS("acct")) e = said(syscall(SYS_acct, 0));
  else if (IS("bpf")) { char attribute[128] = {1, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1}; e = said(syscall(SYS_bpf, 0, attribute, sizeof attribute)); }
  else if (IS("immutable")) { int flags = 0x10, fd = open(argv[2], O_RDONLY); e = said(syscall(SYS_ioctl, fd, 0x40086602, &flags)); }
  else if (IS("handle")) {
    struct { struct file_handle h; unsigned char b[128]; } f; int m; f.h.handle_bytes = 128;
    e = name_to_handle_at(AT_FDCWD, argv[2], &f.h, &m, 0) ? errno : said(open_by_handle_at(open("/", O_RDONLY), &f.h, O_RDONLY));
  }
  else if (IS("kill")) e = said(kill(atoi(argv[2]), 0));
  else if (IS("ptrace")) { e = said(ptrace(PTRACE_SEIZE, atoi(argv[2]), 0, 0)); if (e == 0) ptrace(PTRACE_DETACH, atoi(argv[2]), 0, 0); }
  else if (IS("read")) e = opens(argv[2], O_RDONLY);
  else if (IS("write")) e = opens(argv[2], O_WRONLY);
  else if (IS("list")) { e = opendir(argv[2]) == 0 ? errno : 0; }
  else if (IS("file-capability")) e = give_capability(argv[2], atoi(argv[3]));
  else if (IS("key")) e = said(key(argv[2], argv[3]));
  else if (IS("who")) {
    /* In their own words: what this process is after its execve. */
    char line[256]; FILE *f = fopen("/proc/self/status", "r");
    while (f != 0 && fgets(line, sizeof line, f) != 0) if (strncmp(line, "Uid", 3) == 0 || strncmp(line, "CapEff", 6) == 0) fputs(line, stdout);
    return 0;
  }
  else if (IS("holding")) { /* holding KEY WORD...: in a new session keyring that has this key, then the rest */
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0) < 0 || key("add-session", argv[2]) < 0) return 3;
    execv(argv[3], argv + 3);
    return 4;
  }
  else if (IS("as")) { /* as UID WORD...: that user, then the rest */
    if (setresgid(atoi(argv[2]), atoi(argv[2]), atoi(argv[2])) || setresuid(atoi(argv[2]), atoi(argv[2]), atoi(argv[2]))) return 3;
    execv(argv[3], argv + 3);
    return 4;
  }
  printf("%s %d\n", argv[1], e);
  return 0;
}
