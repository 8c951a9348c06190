// A test of words -> lines that end at `yes` or at `no`, by short-circuit evaluation.

import type { Line } from '../../bpf/assemble.ts';
import { ALL_BITS, type WordTest } from './lower.ts';

/** `prefix` begins the labels in between, which must be different for every test. */
export function testLines(test: WordTest, yes: string, no: string, prefix: string): readonly Line[] {
  switch (test.kind) {
    case 'not':
      return testLines(test.of, no, yes, prefix);
    case 'every':
      return chain(test.of, (part, next, name) => testLines(part, next, no, name), yes, prefix);
    case 'some':
      return chain(test.of, (part, next, name) => testLines(part, yes, next, name), no, prefix);
    case 'word':
      return [
        { kind: 'load', offset: test.offset },
        ...(test.mask === ALL_BITS ? [] : [{ kind: 'alu', operator: 'and', by: test.mask } as const]),
        { kind: 'branch', test: test.test, by: test.value, yes, no },
      ];
  }
}

/** Each part leads on to the next one, the last to `end`. Without parts there is only the way to `end`. */
function chain(
  parts: readonly WordTest[],
  lines: (part: WordTest, next: string, name: string) => readonly Line[],
  end: string,
  prefix: string,
): readonly Line[] {
  if (parts.length === 0) return [{ kind: 'jump', to: end }];
  return parts.flatMap((part, index): readonly Line[] => {
    const last = index === parts.length - 1;
    const next = `${prefix}.${index + 1}`;
    return [...lines(part, last ? end : next, `${prefix}.${index}`), ...(last ? [] : [{ kind: 'label', name: next } as const])];
  });
}
