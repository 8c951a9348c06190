/*
 * The least that a program without libc needs: an entry point, raw system calls, a way to say what failed.
 *
 * The entry point is written in assembly on purpose. The kernel enters with a 16-byte aligned stack and no return
 * address; a C function declared as `_start` believes that a return address was pushed, so every aligned vector
 * store in it faults, and a benchmark that crashes looks like a fast one.
 */
#ifndef BENCH_NOLIBC_H
#define BENCH_NOLIBC_H

#include <asm/unistd.h>
#include <linux/errno.h>

typedef unsigned long word;

#if defined(__x86_64__)
__asm__(".globl _start\n"
        "_start:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call enter\n"
        "  hlt\n");

static inline long syscall6(long number, word a, word b, word c, word d, word e, word f) {
  register word r10 __asm__("r10") = d;
  register word r8 __asm__("r8") = e;
  register word r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n"
        "_start:\n"
        "  mov x29, xzr\n"
        "  mov x30, xzr\n"
        "  mov x0, sp\n"
        "  bl enter\n"
        "  brk #0\n");

static inline long syscall6(long number, word a, word b, word c, word d, word e, word f) {
  register word x8 __asm__("x8") = (word)number;
  register word x0 __asm__("x0") = a;
  register word x1 __asm__("x1") = b;
  register word x2 __asm__("x2") = c;
  register word x3 __asm__("x3") = d;
  register word x4 __asm__("x4") = e;
  register word x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return (long)x0;
}
#else
#error "the benchmark programs know x86-64 and arm64"
#endif

/* SYS(openat, fd, path, ...): arguments that are left out are zero; pointers and numbers both go in as words. */
#define SYS(name, ...) SYS_PADDED(__NR_##name, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define SYS_PADDED(number, a, b, c, d, e, f, ...) syscall6(number, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), (word)(f))

static inline word length(const char *text) {
  word n = 0;
  while (text[n] != 0) n++;
  return n;
}

static inline void put(int fd, const char *text) { SYS(write, fd, text, length(text)); }

static inline void put_number(int fd, word value, word base) {
  char digits[24];
  word at = sizeof digits;
  digits[--at] = 0;
  do digits[--at] = "0123456789abcdef"[value % base];
  while ((value /= base) != 0);
  put(fd, digits + at);
}

__attribute__((noreturn)) static inline void leave(int status) {
  for (;;) SYS(exit_group, status);
}

/* Called with the stack as the kernel left it: argc, argv..., 0, envp... */
__attribute__((noreturn, used)) void enter(word *stack);

#endif
