// Runs a command or test files in a guest: `npm run vm -- --lsm apparmor --cgroup v2 -- COMMAND`, `npm run vm -- --test FILE`.

import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { boot, timeOf } from '../test/vm/boot.ts';
import type { Guest } from '../test/vm/guests.ts';
import { type CgroupLayout, LAYOUTS, type Lsm, LSMS } from '../test/vm/kind.ts';
import { PROJECT } from '../test/vm/paths.ts';
import type { TestResult } from '../test/vm/result.ts';
import { runInGuest } from '../test/vm/run-in-guest.ts';

const USAGE = `usage: npm run vm -- [options] -- COMMAND
       npm run vm -- [options] --test FILE [--test FILE] [--only PATTERN]
  --lsm ${LSMS.join('|')} (apparmor)   --cgroup ${LAYOUTS.join('|')} (v2)   --timeout SECONDS (600)
  --processors N (1)   --memory MB (1024)   --dmesg: the kernel's messages too
A command of several words is run as it is; a single word is a script for sh. Exit status: the command's own, or 125 when it did not end by itself.
`;

type Choices = NonNullable<ReturnType<typeof choices>>;

/** Entry for tools/run.mjs. */
export async function main(words: readonly string[]): Promise<void> {
  const chosen = choices(words);
  if (chosen === null) process.stderr.write(USAGE);
  process.exitCode = chosen === null ? 2 : await (chosen.test.length > 0 ? runTests(chosen) : runCommand(chosen));
}

async function runCommand({ lsm, cgroup, timeoutMs, processors, memoryMb, dmesg, command }: Choices): Promise<number> {
  const script = command.length === 1 ? command.join('') : `exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`;
  const onOutput = (stream: 'stdout' | 'stderr', text: Buffer) => process[stream].write(text);
  const booted = await boot({ lsm, cgroup, timeoutMs, processors, memoryMb, command: script, directory: process.cwd(), onOutput });
  if (dmesg) process.stderr.write(booted.dmesg);
  process.stderr.write(`vm: ${lsm}, control groups ${cgroup}: ${booted.text} (${timeOf(booted)})\n`);
  return booted.ending.kind === 'ended' ? booted.ending.code : 125;
}

async function runTests({ lsm, cgroup, test, only, timeoutMs, processors, memoryMb }: Choices): Promise<number> {
  const guest: Guest = { lsm, cgroup, has: [], lacks: [] };
  const chosen = only === undefined ? {} : { only: [new RegExp(only)] };
  const files = test.map((file) => ({ file: relative(PROJECT, resolve(file)), ...chosen }));
  const { tests, problems, shown, time } = await runInGuest(guest, files, { timeoutMs, processors, memoryMb });
  process.stdout.write(shown);
  for (const one of tests) process.stdout.write(`${resultText(one)}\n`);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  const failed = tests.filter(({ state }) => state === 'failed').length;
  process.stdout.write(`${tests.filter(({ state }) => state === 'passed').length} passed, ${failed} failed (${time})\n`);
  return failed + problems.length === 0 ? 0 : 1;
}

function resultText({ title, state, ms, errors }: TestResult): string {
  return [`${state} ${title.join(' > ')} (${ms} ms)`, ...errors.flatMap(({ stack, diff }) => [stack, diff].filter((text) => text !== ''))].join('\n');
}

function choices(words: readonly string[]) {
  const values = parsed(words);
  if (values === null || !LSMS.includes(values.lsm as Lsm) || !LAYOUTS.includes(values.cgroup as CgroupLayout)) return null;
  const { command, test, only, dmesg } = values;
  const [timeout = 0, processors = 0, memoryMb = 0] = [values.timeout, values.processors, values.memory].map(Number);
  // One of the two, a command or tests.
  if ((command.length === 0) === (test.length === 0) || ![timeout, processors, memoryMb].every((one) => one > 0)) return null;
  const kind = { lsm: values.lsm as Lsm, cgroup: values.cgroup as CgroupLayout };
  return { ...kind, processors, memoryMb, timeoutMs: timeout * 1000, command, test, only, dmesg };
}

function parsed(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        lsm: { type: 'string', default: 'apparmor' },
        cgroup: { type: 'string', default: 'v2' },
        timeout: { type: 'string', default: '600' },
        processors: { type: 'string', default: '1' },
        memory: { type: 'string', default: '1024' },
        dmesg: { type: 'boolean', default: false },
        test: { type: 'string', multiple: true, default: [] },
        only: { type: 'string' },
      },
    });
    return { ...values, command: positionals };
  } catch {
    return null; // an option that there is not
  }
}
