// What filters a process is under, and a process under one.
//
//   filters PID           each filter of the process, first loaded first, as hexadecimal struct sock_filter (PTRACE_SECCOMP_GET_FILTER)
//   filters PID flags     each filter's flags as the kernel tells them, in decimal: SECCOMP_FILTER_FLAG_LOG alone (PTRACE_SECCOMP_GET_METADATA)
//   filters - CALL CMD... executes CMD under a filter that fails the call of that number with EPERM
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int under(int call, char **command)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {4, program};
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter)) return 2;
	execvp(command[0], command);
	return 127;
}

int main(int argc, char **argv)
{
	static struct sock_filter program[4096];
	if (argc > 3 && !strcmp(argv[1], "-")) return under(atoi(argv[2]), argv + 3);
	pid_t pid = argc > 1 ? atoi(argv[1]) : 0;
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) || ptrace(PTRACE_INTERRUPT, pid, 0, 0) || waitpid(pid, 0, __WALL) != pid) {
		perror("ptrace");
		return 1;
	}
	struct __ptrace_seccomp_metadata about = {0};
	for (; argc > 2 && ptrace(PTRACE_SECCOMP_GET_METADATA, pid, sizeof about, &about) > 0; about.filter_off++) printf("%llu\n", (unsigned long long)about.flags);
	// The number 0 is the filter that was loaded first.
	for (long index = 0, length; argc <= 2 && (length = ptrace(PTRACE_SECCOMP_GET_FILTER, pid, index, program)) > 0; index++) {
		for (unsigned char *byte = (void *)program; byte < (unsigned char *)(program + length); byte++) printf("%02x", *byte);
		putchar('\n');
	}
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return 0;
}
