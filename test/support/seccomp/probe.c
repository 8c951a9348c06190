/* What this kernel makes of a seccomp filter: for each job in the file argv[1], a child loads the filter and makes one call.
 * A job is: u16 instructions, u16 32-bit call?, u32 number, u64 arguments[6], the instructions. One line is printed for each:
 * `load ERRNO` (the filter was refused), `result N` (as the kernel returned it), `trap` (SIGSYS was delivered), `signal N`. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct job { uint16_t length, compat; uint32_t number; uint64_t args[6]; };
enum { NOTHING, LOAD, RESULT, TRAP };
static volatile struct { int kind; long value; } *out;

/* Afterwards no call may be possible, not even exit: the child dies of an illegal instruction. */
static void report(int kind, long value) { out->value = value; out->kind = kind; __builtin_trap(); }
static void on_sigsys(int signal) { (void)signal; report(TRAP, 0); }

static long call(const struct job *job) {
  const uint64_t *a = job->args;
  if (job->compat) {
#ifdef __x86_64__
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(job->number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]) : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
#else
    return -ENOSYS;
#endif
  }
#ifdef __x86_64__
  long result;
  register uint64_t r10 __asm__("r10") = a[3];
  register uint64_t r8 __asm__("r8") = a[4];
  register uint64_t r9 __asm__("r9") = a[5];
  __asm__ volatile("syscall" : "=a"(result) : "a"((uint64_t)job->number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
#else
  long result = syscall(job->number, a[0], a[1], a[2], a[3], a[4], a[5]);
  return result == -1 ? -errno : result;
#endif
}

static void child(const struct job *job, struct sock_filter *filter) {
  struct sock_fprog program = { .len = job->length, .filter = filter };
  signal(SIGSYS, on_sigsys);
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) report(LOAD, errno);
  report(RESULT, call(job));
}

int main(int argc, char **argv) {
  FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
  if (!file) return 2;
  out = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct job job;
  while (fread(&job, sizeof job, 1, file) == 1) {
    struct sock_filter *filter = calloc(job.length + 1, sizeof *filter);
    if (fread(filter, sizeof *filter, job.length, file) != job.length) return 3;
    fflush(stdout);
    out->kind = NOTHING;
    pid_t pid = fork();
    if (pid == 0) child(&job, filter);
    int status;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return 4;
    if (out->kind == LOAD) printf("load %ld\n", out->value);
    else if (out->kind == RESULT) printf("result %ld\n", out->value);
    else if (out->kind == TRAP) puts("trap");
    else printf("signal %d\n", WTERMSIG(status));
    free(filter);
  }
  return 0;
}
