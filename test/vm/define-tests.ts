// Makes every test that ran in a guest a test of this machine's vitest, so that it is counted, named and shown as any other.

import { describe, test } from 'vitest';
import { needing, needs } from '../support/needs.ts';
import { idlePatterns } from './choice.ts';
import { filesOf, GUESTS, type GuestName } from './guests.ts';
import type { TestResult } from './result.ts';
import { runInGuest } from './run-in-guest.ts';

/** Boots the guest and runs its files, now: what tests there are is known only then. To be awaited at the top of a test file. */
export async function defineGuestTests(name: GuestName): Promise<void> {
  const files = filesOf(name);
  if (!needs('vm').ok) {
    for (const { file } of files) needing('vm')(`${file} in the guest ${name}`, () => undefined);
    return;
  }
  const first = await runInGuest(GUESTS[name], files);
  // The emulator's own end is nothing that a test of Holdfast could be about; whatever the guest did itself counts at once.
  if (first.noMachine) process.stdout.write(`vm: ${name} is booted once more: ${first.problems.join('\n')}\n`);
  const { tests, problems, shown, time } = first.noMachine ? await runInGuest(GUESTS[name], files) : first;
  process.stdout.write(shown);
  process.stdout.write(`vm: ${name}: ${tests.length} tests, ${time}\n`);
  for (const { file, others } of files) {
    const leftOut = others === undefined ? '' : `; the others do not run: ${others}`;
    process.stdout.write(`vm:   ${file}: ${secondsOf(tests.filter((one) => one.file === file))} s${leftOut}\n`);
  }
  describe(name, () => {
    test('boots, and runs its test files to their ends', () => {
      if (problems.length > 0) throw new Error(problems.join('\n'));
    });
    for (const { file, only = [] } of files) {
      describe(file, () => {
        const own = tests.filter((one) => one.file === file);
        test('has tests for this guest', () => {
          if (own.length === 0 && problems.length === 0) throw new Error(`take it out of test/vm/guests.ts`);
          const idle = problems.length === 0 ? idlePatterns(only, own) : [];
          if (idle.length > 0) throw new Error(`no test with such a title ran: change ${idle.join(', ')} in test/vm/guests.ts`);
        });
        for (const one of own) define(one);
      });
    }
  });
}

/** What tests took by the guest's own clock, for people. */
const secondsOf = (tests: readonly TestResult[]): string => (tests.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(1);

function define({ title, state, errors }: TestResult): void {
  const text = title.join(' > ');
  if (state === 'skipped') test.skip(text);
  else
    test(text, () => {
      const [first] = errors;
      if (first === undefined && state === 'passed') return;
      const error = new Error([first?.message ?? 'it failed without a reason', first?.diff].filter(Boolean).join('\n\n'));
      error.stack = first?.stack ?? '';
      throw error;
    });
}
