/*
 * What a system call costs under each of several filters, in one interleaved run.
 *
 * usage: seccomp-ns ROUNDS CALLS FILTER...     a filter is a file of struct sock_filter, or - for none
 *   prints for each filter: FILTER, and for each kind of call the least and the median nanoseconds of all rounds
 *
 * Every figure of every round is taken in a process of its own, since a filter cannot be taken off again; the filters take turns,
 * each round from another one on. The clock is read through the vDSO, and the process ends by an illegal instruction, so
 * that nothing is called under the filter but what is measured.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST 4096
static const char *const kinds[] = {"getppid", "openat", "personality"};
#define KINDS (sizeof kinds / sizeof *kinds)

static volatile double *taken;

static inline long call(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = 0;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = 0;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#else
#error "x86-64 and arm64 are known"
#endif
}

/* openat of a name that is not there: the call itself and a short walk, nothing to close. */
static void once(unsigned kind) {
  static const char name[] = "/nothing-of-this-name";
  if (kind == 0) call(SYS_getppid, 0, 0, 0);
  else if (kind == 1) call(SYS_openat, AT_FDCWD, (long)name, O_RDONLY);
  else call(SYS_personality, 0xffffffff, 0, 0);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void measure(struct sock_fprog *program, unsigned kind, int calls) {
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  now();
  if (program->len > 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program)) _exit(1);
  for (int i = 0; i < calls / 10; i++) once(kind);
  double begin = now();
  for (int i = 0; i < calls; i++) once(kind);
  *taken = (now() - begin) / calls;
  __builtin_trap();
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  int rounds = argc > 3 ? atoi(argv[1]) : 0, calls = argc > 3 ? atoi(argv[2]) : 0, filters = argc - 3;
  if (rounds < 1 || calls < 10) return fprintf(stderr, "usage: seccomp-ns ROUNDS CALLS FILTER...\n"), 2;
  struct sock_fprog *programs = calloc(filters, sizeof *programs);
  for (int i = 0; i < filters; i++) {
    if (!strcmp(argv[i + 3], "-")) continue;
    FILE *file = fopen(argv[i + 3], "r");
    if (!file) return perror(argv[i + 3]), 1;
    programs[i].filter = calloc(MOST, sizeof *programs[i].filter);
    programs[i].len = fread(programs[i].filter, sizeof *programs[i].filter, MOST, file);
    fclose(file);
  }
  taken = mmap(NULL, sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  double *times = calloc((size_t)filters * KINDS * rounds, sizeof *times);
  for (int round = 0; round < rounds; round++)
    for (unsigned kind = 0; kind < KINDS; kind++)
      for (int turn = 0; turn < filters; turn++) {
        int i = (turn + round) % filters;
        *taken = -1;
        pid_t pid = fork();
        if (pid == 0) measure(&programs[i], kind, calls);
        int status;
        if (pid < 0 || waitpid(pid, &status, 0) != pid || *taken < 0) return fprintf(stderr, "%s: %s was not measured\n", argv[i + 3], kinds[kind]), 1;
        times[((size_t)i * KINDS + kind) * rounds + round] = *taken;
      }
  for (int i = 0; i < filters; i++) {
    printf("%s", argv[i + 3]);
    for (unsigned kind = 0; kind < KINDS; kind++) {
      double *own = times + ((size_t)i * KINDS + kind) * rounds;
      qsort(own, rounds, sizeof *own, ascending);
      printf(" %.1f %.1f", own[0], own[rounds / 2]);
    }
    putchar('\n');
  }
  return 0;
}
