import { expect, test } from 'vitest';
import { decodeProgram } from '../../bpf/instruction.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { compileFilter } from './compile.ts';
import { USUAL_WEIGHTS } from './frequencies.ts';
import { CONFIG, specWith, X86_64 } from './testing/spec.ts';
import { readWeights } from './weights.ts';

const STRACE = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 36.47    0.035767          25      1403       559 openat
  3.31    0.016563          14      1165           mmap
------ ----------- ----------- --------- --------- ----------------
100.00    0.052330          20      2568       559 total
`;

test('what strace prints, and plain lines', () => {
  expect(readWeights({ path: 'w', text: STRACE })).toEqual({ weights: { openat: 1403, mmap: 1165 }, diagnostics: [] });
  expect(readWeights({ path: 'w', text: '# often\nread 3\n\twrite  1.5 # half\n\nread 4\n' }).weights).toEqual({ read: 7, write: 1.5 });
  expect(readWeights(undefined).weights).toBe(USUAL_WEIGHTS);
});

test('a line that says nothing and a name that is none are errors', () => {
  const { diagnostics } = readWeights({ path: 'w', text: 'read\nraed 3\nread -1\n  constructor 1\n' });
  expect(diagnostics.map(({ code, span }) => [code, span?.line, span?.column])).toEqual([
    ['HF251', 1, 1],
    ['HF252', 2, 1],
    ['HF251', 3, 1],
    ['HF252', 4, 3],
  ]);
  expect(readWeights({ path: 'w', text: `read 1${'0'.repeat(400)}` }).diagnostics).toMatchObject([{ code: 'HF251' }]);
});

test('what is said to be frequent becomes cheap, and nothing else changes', () => {
  const policy = `2\nallowlist errno 1\n${Object.keys(SYSCALLS.x86_64)
    .filter((_, index) => index % 2 === 0)
    .join('\n')}\nexecve\n`;
  const filter = (weights?: string) => {
    const spec = specWith(policy);
    const value = { path: 'p', text: policy, ...(weights === undefined ? {} : { weights: { path: 'w', text: weights } }) };
    const { program } = compileFilter({ ...spec, seccomp: { value, why: CONFIG } }, X86_64);
    return decodeProgram(program ?? new Uint8Array());
  };
  const [usual, own] = [filter(), filter('landlock_add_rule 1000\nread 1\n')];
  const ask = (program: typeof usual, nr: number) => simulate(program, { arch: CONSTANTS.AUDIT_ARCH_X86_64, nr });
  expect(ask(own, SYSCALLS.x86_64.landlock_add_rule).steps).toBeLessThanOrEqual(6);
  expect(ask(usual, SYSCALLS.x86_64.landlock_add_rule).steps).toBeGreaterThan(8);
  for (let nr = 0; nr < 600; nr++) expect(ask(own, nr)).toMatchObject({ ...ask(usual, nr), steps: expect.any(Number) });
});

test('faulty weights give no filter', () => {
  const value = { path: 'p', text: '2\ndenylist\nmkdir errno 1\n', weights: { path: 'w', text: 'raed 1' } };
  expect(compileFilter({ ...specWith(''), seccomp: { value, why: CONFIG } }, X86_64)).toMatchObject({ program: null, diagnostics: [{ code: 'HF252' }] });
});
