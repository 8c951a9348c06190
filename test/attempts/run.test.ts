import { expect, test } from 'vitest';
import { ATTEMPTS } from './index.ts';
import { type Answer, answersIn, attemptsProgram } from './program.ts';
import { sideBySide, titleOf, unexpected, weaker } from './run.ts';

const CORE = ATTEMPTS.findIndex((attempt) => titleOf(attempt) === 'write /proc/sys/kernel/core_pattern');
const answers = (verdict: string, changed: Readonly<Record<number, string>> = {}): ReadonlyMap<number, Answer> =>
  new Map(ATTEMPTS.map((_, index) => [index, { verdict: changed[index] ?? verdict, call: 0 }]));

test('what succeeds that must not, what is weaker, and what has no answer are found', () => {
  expect(weaker(answers('EPERM'), answers('EPERM', { [CORE]: 'allowed' }))).toEqual(['write /proc/sys/kernel/core_pattern: LXC EPERM, Holdfast allowed']);
  expect(weaker(answers('allowed'), answers('EPERM'))).toEqual([]);
  expect(unexpected('landlock', answers('EPERM'))).toEqual([]);
  expect(unexpected('landlock', answers('EPERM', { [CORE]: 'allowed' }))).toEqual(['write /proc/sys/kernel/core_pattern: allowed at call 0']);
  expect(unexpected('landlock', new Map())).toHaveLength(ATTEMPTS.length);
  expect(sideBySide(answers('EPERM'), answers('allowed'))).toContain(`${ATTEMPTS.length} attempts; allowed: LXC 0, Holdfast ${ATTEMPTS.length}\n`);
});

test('answers are read as they are written', () => {
  const bytes = Buffer.alloc(48);
  bytes.writeUInt32LE(7, 0);
  bytes.writeUInt32LE(2, 4);
  bytes.writeBigInt64LE(-13n, 8);
  bytes.writeUInt32LE(8, 16);
  bytes.writeUInt32LE(9, 32);
  bytes.writeBigInt64LE(1n, 40);
  expect([...answersIn(bytes)]).toEqual([
    [7, { verdict: 'EACCES', call: 2 }],
    [8, { verdict: 'allowed', call: 0 }],
    [9, { verdict: 'killed', call: 0 }],
  ]);
  expect(attemptsProgram(ATTEMPTS.slice(0, 3)).length).toBeGreaterThan(500);
});
