/* libseccomp's filter for a simple policy, as bytes on stdout. stdin: lines of hexadecimal words,
 *   default ACTION
 *   tree                       (with libseccomp's binary tree, SCMP_FLTATR_CTL_OPTIMIZE 2)
 *   arch AUDIT_ARCH            (besides the native one; x32 is libseccomp's own 4000003e)
 *   only                       (not for the native one after all)
 *   lenient                    (names from now on that libseccomp does not know are left out)
 *   rule ACTION NAME [INDEX OP A B]...   with OP 1-7 of enum scmp_compare
 * The rules are added for every architecture, as LXC adds them. */
#include <seccomp.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  char line[1024], name[64];
  int lenient = 0;
  scmp_filter_ctx ctx = NULL;
  while (fgets(line, sizeof line, stdin)) {
    unsigned action, arch;
    int used = 0, result = 0;
    if (sscanf(line, "default %x", &action) == 1) {
      ctx = seccomp_init(action);
      result = ctx ? seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) | seccomp_attr_set(ctx, SCMP_FLTATR_API_TSKIP, 1) : -1;
    } else if (!strcmp(line, "tree\n")) {
      result = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    } else if (!strcmp(line, "lenient\n")) {
      lenient = 1;
    } else if (!strcmp(line, "only\n")) {
      result = seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
    } else if (sscanf(line, "arch %x", &arch) == 1) {
      result = seccomp_arch_add(ctx, arch);
    } else if (sscanf(line, "rule %x %63s%n", &action, name, &used) == 2) {
      struct scmp_arg_cmp args[6];
      unsigned count = 0, index, op;
      unsigned long long a, b;
      for (char *at = line + used; count < 6 && sscanf(at, "%x %x %llx %llx%n", &index, &op, &a, &b, &used) == 4; at += used)
        args[count++] = (struct scmp_arg_cmp){ index, op, a, b };
      int number = seccomp_syscall_resolve_name(name);
      if (number == __NR_SCMP_ERROR && lenient) continue;
      result = number == __NR_SCMP_ERROR ? -1 : seccomp_rule_add_array(ctx, action, number, count, args);
    } else result = -1;
    if (result) { fprintf(stderr, "%d: %s", result, line); return 1; }
  }
  return ctx && seccomp_export_bpf(ctx, 1) == 0 ? 0 : 1;
}
