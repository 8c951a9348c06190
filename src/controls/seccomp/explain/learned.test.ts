// The learned policy lets through what was learned, and holds the arguments that are worth it.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import { evaluate } from '../evaluate.ts';
import { parsePolicy } from '../parse.ts';
import { AUDIT_ARCH, CONVENTIONS, type Policy } from '../policy.ts';
import { MACHINES } from '../testing/random-policy.ts';
import { letsThrough } from '../verdicts.ts';
import { callsOf } from './architecture.ts';
import { learnedPolicy, learningPolicy } from './learned.ts';
import { openPolicy } from './open.ts';

test.each(MACHINES)('on %s every call that was made passes, and the text is a policy without errors', (machine) => {
  const call = fc.constantFrom(...CONVENTIONS[machine]).chain((arch) =>
    fc.record({
      arch: fc.constant(C[AUDIT_ARCH[arch]]),
      nr: fc.constantFrom(...callsOf(arch).values(), 99_999),
      args: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 6, maxLength: 6 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), fc.string(), (calls, about) => {
      const text = learnedPolicy(calls, machine, about);
      const { opened } = openPolicy(text, 'p', machine);
      expect(opened, text).not.toBeNull();
      const policy = opened?.policy as Policy;
      for (const made of calls) if (made.nr !== 99_999) expect(letsThrough(evaluate(policy, machine, made)), `${made.nr}\n${text}`).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('what decides about a call is held, and what differs from run to run is not', () => {
  const x = (nr: number, ...args: bigint[]) => ({ arch: C.AUDIT_ARCH_X86_64, nr, args });
  const calls = [x(41, 1n, 2n), x(41, 1n, 1n), x(16, 0n, 0x5401n, 7n), x(56, 0x11n), x(56, 0x1200011n), x(0, 3n), x(0, 4n), { arch: C.AUDIT_ARCH_I386, nr: 4 }];
  expect(learnedPolicy(calls, 'x86_64', 'a\nb')).toBe(`2
allowlist errno EPERM
# a?b
[x86_64]
clone allow [0,0x0,&=,0x7e020000]
execve
ioctl allow [1,0x5401,&=,0xffffffff]
read
socket allow [0,0x1,&=,0xffffffff]
[x86]
write
`);
});

test('under the policy for learning every call is notified of, by every convention, but the execve that starts init', () => {
  const { policy } = parsePolicy(learningPolicy('x86_64'), 'p', 'x86_64');
  for (const arch of CONVENTIONS.x86_64) {
    for (const [name, nr] of callsOf(arch)) {
      expect(evaluate(policy as Policy, 'x86_64', { arch: C[AUDIT_ARCH[arch]], nr }).kind, name).toBe(
        name === 'execve' && arch === 'x86_64' ? 'allow' : 'notify',
      );
    }
  }
});
