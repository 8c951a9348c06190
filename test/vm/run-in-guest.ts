// Boots one guest, runs test files in it, and gives their results with the places in the sources.

import { mustHave, type Need } from '../support/needs.ts';
import { boot, type BootOptions, timeOf } from './boot.ts';
import { profileFiles } from './apparmor.ts';
import { BUNDLE, bundleTests } from './bundle.ts';
import type { GuestFile } from './choice.ts';
import type { Guest } from './guests.ts';
import { guestKernel } from './kernel.ts';
import { SHOWN } from './shown.ts';
import { parseResults, RESULTS, type TestResult } from './result.ts';

/** What the kernel of the host has or lacks says nothing of a guest's. */
const HOSTS_OWN: readonly Need[] = ['cgroup1', 'cgroup2', 'cgroup2-mount', 'apparmor', 'selinux', 'vm'];

export interface GuestRun {
  readonly tests: readonly TestResult[];
  /** What went wrong outside the tests: the guest itself, or a file that was not run to its end. */
  readonly problems: readonly string[];
  /** The emulator ended before the guest had said anything that counts. */
  readonly noMachine: boolean;
  /** What tests show people besides (shown.ts). */
  readonly shown: string;
  /** How long it took, for people. */
  readonly time: string;
}

export type RunOptions = Pick<BootOptions, 'timeoutMs' | 'processors' | 'memoryMb'>;

/** What a guest of this kind has not by definition is no need that counts as missing. */
export async function runInGuest(guest: Guest, files: readonly GuestFile[], options: RunOptions = {}): Promise<GuestRun> {
  const { text, sourceStack } = await bundleTests(files);
  const profiles = guest.lsm === 'apparmor' ? await profileFiles(guestKernel()) : {};
  // Without the optimizing compiler: what runs here is cold, and code that is written again and again is what an emulator is slowest at.
  // CI: nobody else is in the guest, so that whatever is left there counts.
  const command = `export CI=true MUST_HAVE=${promises(guest).join(',')}\nexec node --no-opt /run/vm/${BUNDLE}`;
  const booted = await boot({ ...guest, timeoutMs: 600_000, ...options, command, files: { ...profiles, [BUNDLE]: text } });
  const { tests, unfinished, over } = parseResults(booted.file(RESULTS) ?? '');
  const failing = tests.some(({ state }) => state === 'failed');
  const complete = files.every(({ file }) => over.has(file));
  const well = booted.ending.kind === 'ended' && booted.ending.code === (failing ? 1 : 0) && complete;
  const where = unfinished === null ? '' : `during ${unfinished}: `;
  return {
    tests: tests
      .filter(({ title }) => !isElsewhere(title.at(-1) ?? '', guest))
      .map((test) => ({ ...test, errors: test.errors.map((error) => ({ ...error, stack: sourceStack(error.stack) })) })),
    problems: well ? [] : [`${where}${booted.text}\n${booted.stdout}${booted.stderr}`],
    noMachine: booted.ending.kind === 'no machine',
    shown: booted.file(SHOWN) ?? '',
    time: timeOf(booted),
  };
}

/** What must be there: what makes it this kind, and of the host what it promises of itself. */
function promises({ has, lacks }: Guest): readonly Need[] {
  const known: readonly Need[] = lacks;
  return [...new Set([...has, ...mustHave().filter((word) => !known.includes(word) && !HOSTS_OWN.includes(word))])];
}

/** Was it skipped only for want of what this kind of guest has not by definition? */
function isElsewhere(title: string, { lacks }: Guest): boolean {
  const missing = /\[needs (.+)\]$/
    .exec(title)?.[1]
    ?.split('; ')
    .map((one) => one.replace(/:.*/, ''));
  return missing?.some((word) => (lacks as readonly string[]).includes(word)) ?? false;
}
