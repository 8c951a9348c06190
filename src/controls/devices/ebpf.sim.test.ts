import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assembleEbpf, disassembleEbpf } from '../../bpf/ebpf/assemble.ts';
import { findEbpfFault } from '../../bpf/ebpf/check.ts';
import { decodeEbpf, encodeEbpf } from '../../bpf/ebpf/instruction.ts';
import { simulateEbpf } from '../../bpf/ebpf/simulate.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import { contextOf, deviceProgram } from './ebpf.ts';
import { allows, tableOf } from './table.ts';
import { randomRules, usesAbout } from './testing/random-rules.ts';

it('a program decides as its table does, whatever is asked; the kernel would take it, and what is read back is the same', () => {
  fc.assert(
    fc.property(randomRules, (rules) => {
      const table = tableOf(rules);
      const program = deviceProgram(table);
      expect(findEbpfFault(program, STRUCTS.bpf_cgroup_dev_ctx.size)).toBeNull();
      expect(decodeEbpf(encodeEbpf(program))).toEqual(program);
      expect(assembleEbpf(disassembleEbpf(program))).toEqual(program);
      for (const use of usesAbout(rules)) {
        expect({ use, value: simulateEbpf(program, contextOf(use)).value }).toEqual({ use, value: allows(table, use) ? 1 : 0 });
      }
    }),
    { numRuns: 100 },
  );
});
