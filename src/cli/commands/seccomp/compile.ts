// holdfast seccomp compile: the filter of a policy, as bytes, as C, as a disassembly or as pseudo-code.

import { encodeProgram } from '../../../bpf/instruction.ts';
import { listing } from '../../../bpf/listing.ts';
import { wordLayout } from '../../../bpf/seccomp-data.ts';
import { callNameOf, cArray, nativeAudit, type OpenedPolicy, pseudoCode, summaryLine } from '../../../controls/seccomp/explain/index.ts';
import { writeWhole } from '../../../runtime/write-whole.ts';
import { type Context } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { CompileFlags, FilterFormat } from '../../seccomp-flags.ts';
import { chosenArch, readPolicyFile } from '../../seccomp-policy.ts';

export function compile(this: Context, flags: CompileFlags, file: string): void {
  const opened = readPolicyFile(this, file, chosenArch(flags.arch).machine);
  if (opened === null) {
    this.process.exitCode = EXIT.failed;
    return;
  }
  const filter = formatted(opened, flags.format);
  if (flags.output === undefined || flags.output === '-') this.process.stdout.write(filter);
  else writeWhole(flags.output, filter, 0o644);
}

function formatted(opened: OpenedPolicy, format: FilterFormat): string | Uint8Array {
  const { program } = opened;
  switch (format) {
    case 'bpf':
      return encodeProgram(program, wordLayout(nativeAudit(opened)).endian);
    case 'c':
      return cArray(program, summaryLine(opened));
    case 'asm':
      return listing(program, { call: (number, arch) => callNameOf(opened, number, arch) });
    case 'pseudo':
      return `// ${summaryLine(opened)}\n${pseudoCode(opened)}`;
  }
}
