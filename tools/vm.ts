// Runs a command in a guest: `npm run vm -- --lsm apparmor --cgroup v2 -- COMMAND`.

import { parseArgs } from 'node:util';
import { boot, timeOf } from '../test/vm/boot.ts';
import { type CgroupLayout, LAYOUTS, type Lsm, LSMS } from '../test/vm/kind.ts';

const USAGE = `usage: npm run vm -- [--lsm ${LSMS.join('|')}] [--cgroup ${LAYOUTS.join('|')}] [--timeout SECONDS] [--processors N] [--memory MB] [--dmesg] -- COMMAND
A command of several words is run as it is; a single word is a script for sh. Exit status: the command's own, or 125 when it did not end by itself.
`;

/** Entry for tools/run.mjs. */
export async function main(words: readonly string[]): Promise<void> {
  const chosen = choices(words);
  if (chosen === null) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { dmesg, ...options } = chosen;
  const booted = await boot({ ...options, directory: process.cwd(), onOutput: (stream, text) => process[stream].write(text) });
  if (dmesg) process.stderr.write(booted.dmesg);
  process.stderr.write(`vm: ${options.lsm}, control groups ${options.cgroup}: ${booted.text} (${timeOf(booted)})\n`);
  process.exitCode = booted.ending.kind === 'ended' ? booted.ending.code : 125;
}

function choices(words: readonly string[]) {
  const values = parsed(words);
  const [lsm, cgroup] = [values?.lsm as Lsm, values?.cgroup as CgroupLayout];
  const numbers = [values?.timeout, values?.processors, values?.memory].map(Number);
  if (values === null || !LSMS.includes(lsm) || !LAYOUTS.includes(cgroup) || values.command.length === 0 || numbers.some((one) => !(one > 0))) return null;
  const [timeout = 0, processors = 1, memoryMb = 1024] = numbers;
  const [first = '', ...rest] = values.command;
  const command = rest.length === 0 ? first : `exec ${values.command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`;
  return { lsm, cgroup, processors, memoryMb, timeoutMs: timeout * 1000, command, dmesg: values.dmesg };
}

function parsed(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        lsm: { type: 'string', default: 'apparmor' },
        cgroup: { type: 'string', default: 'v2' },
        timeout: { type: 'string', default: '120' },
        processors: { type: 'string', default: '1' },
        memory: { type: 'string', default: '1024' },
        dmesg: { type: 'boolean', default: false },
      },
    });
    return { ...values, command: positionals };
  } catch {
    return null; // an option that there is not
  }
}
