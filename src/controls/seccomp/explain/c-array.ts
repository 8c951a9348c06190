// Instructions -> C: an array of struct sock_filter for seccomp(2).

import type { Instruction } from '../../../bpf/instruction.ts';

/** Needs <linux/filter.h>. */
export function cArray(program: readonly Instruction[], about: string): string {
  const lines = program.map(({ code, jt, jf, k }) => `    { 0x${hex(code, 2)}, ${jt}, ${jf}, 0x${hex(k, 8)} },`);
  return `${[`/* ${about.replaceAll('*/', '* /')} */`, '#include <linux/filter.h>', '', 'static struct sock_filter filter[] = {', ...lines, '};', '', 'static const struct sock_fprog program = {', '    .len = sizeof(filter) / sizeof(filter[0]),', '    .filter = filter,', '};'].join('\n')}\n`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
