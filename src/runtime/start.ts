// Starts a container in the background from within a program: the launcher reports in records instead of text, and a failed
// start becomes a HoldfastError that names step, call and errno.

import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { realMachine } from '../host/machine.ts';
import { errnoName, errnoText } from '../kernel/errno.ts';
import { MESSAGE, STATUS_FD } from '../launcher/lower/report.ts';
import { stepText } from '../launcher/lower/texts.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import type { Plan } from '../model/plan.ts';
import { launcherOf, planStart } from './compile.ts';
import { namelessLauncher } from './launcher-file.ts';
import { prepare, type Source } from './source.ts';

export interface StartedContainer {
  readonly name: string;
}

const HEAD = 16;

/** Resolves when init runs. Throws `bad-configuration` (with all messages) or `start-failed`. */
export async function start(source: Source): Promise<StartedContainer> {
  const prepared = prepare(source, realMachine(), 'take');
  const { plan, diagnostics } = planStart(prepared, { detach: true });
  if (plan === null) {
    const messages = diagnostics.filter(({ severity }) => severity === 'error').map((one) => diagnosticText(one).message);
    throw new HoldfastError(messages.join('\n'), { code: 'bad-configuration', ...(prepared.configPath === null ? {} : { path: prepared.configPath }) });
  }
  const launcher = namelessLauncher(prepared.host.cacheDir, launcherOf(plan, { statusFd: true }));
  try {
    const child = spawn(`/proc/self/fd/${launcher}`, [], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], argv0: `holdfast: ${plan.name}` });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    const record = await readRecord(child.stdio[STATUS_FD] as Readable);
    const code = await ended;
    if (record !== null) throwFailure(plan, record);
    if (code !== 0) throw new HoldfastError(`${plan.name}: the launcher ended with status ${code} and told nothing`, { code: 'start-failed' });
    return { name: plan.name };
  } finally {
    closeSync(launcher);
  }
}

interface FailureRecord {
  readonly mark: number;
  readonly errno: number;
  readonly explanation: string;
}

/** The first failure on the status descriptor; null when there is none before it closes or says "running". */
async function readRecord(stream: Readable): Promise<FailureRecord | null> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.length >= HEAD && bytes.readUInt32LE(0) === MESSAGE.running) return null;
  }
  if (bytes.length < HEAD || bytes.readUInt32LE(0) !== MESSAGE.failed) return null;
  const length = bytes.readUInt32LE(12);
  return {
    mark: bytes.readUInt32LE(4),
    errno: bytes.readUInt32LE(8),
    explanation: bytes
      .toString('utf8', HEAD, HEAD + length)
      .slice(2)
      .trimEnd(),
  };
}

function throwFailure(plan: Plan, { mark, errno, explanation }: FailureRecord): never {
  const step = plan.steps[Math.floor(mark / 65536)];
  const what = step === undefined ? `step ${Math.floor(mark / 65536)}` : stepText(step);
  const name = errnoName(errno);
  const hint = name === undefined ? undefined : step?.hints?.[name];
  const reason = [explanation, errno === 0 ? 'the kernel does not confirm it' : errnoText(errno), hint]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
  throw new HoldfastError(`${what}: ${reason}`, { code: 'start-failed', step: what, ...(name === undefined ? {} : { errno: name }) });
}
