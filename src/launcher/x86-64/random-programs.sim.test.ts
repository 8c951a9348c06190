// Machine code against the reference interpreter: random programs, run by this processor and by interpret.ts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emit } from '../emit.ts';
import { interpret } from '../interpret.ts';
import { needsX86, run, runsHere } from '../testing/native.ts';
import { combine, randomProgram, type RandomProgram, REPORT_SIZE } from '../testing/random-program.ts';

/** What each program reported, in hexadecimal. */
function reports(output: Uint8Array): string[] {
  const bytes = Buffer.from(output);
  const all: string[] = [];
  for (let at = 0; at < bytes.length; at += REPORT_SIZE) all.push(bytes.subarray(at, at + REPORT_SIZE).toString('hex'));
  return all;
}

function interpreted(programs: readonly RandomProgram[]): string[] {
  const output: Uint8Array[] = [];
  const { code } = interpret(combine(programs), {
    kernel(name, [fd, address, size], memory) {
      expect([name, fd]).toEqual(['write', 1n]);
      output.push(memory.read(address ?? 0n, Number(size)));
      return size ?? 0n;
    },
  });
  expect(code).toBe(0);
  return reports(Buffer.concat(output));
}

test.skipIf(!runsHere)(`the processor computes what the interpreter computes${needsX86}`, { timeout: 60_000 }, () => {
  let count = 0;
  fc.assert(
    fc.property(fc.array(randomProgram, { minLength: 20, maxLength: 60, size: 'max' }), (programs) => {
      const native = run(emit(combine(programs), { arch: 'x86_64' }));
      expect({ code: native.code, signal: native.signal }).toEqual({ code: 0, signal: null });
      const expected = interpreted(programs);
      expect(expected.length).toBe(programs.length);
      expect(reports(native.stdout)).toEqual(expected);
      count += programs.length;
    }),
    { numRuns: 25, interruptAfterTimeLimit: 20_000 }, // the limit is for shrinking a failure
  );
  expect(count).toBeGreaterThanOrEqual(500);
});
