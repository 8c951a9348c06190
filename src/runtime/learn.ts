// Runs a container whose every call is notified of, and collects the calls (seccomp_unotify(2)).

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeccompData } from '../bpf/seccomp-data.ts';
import { learningPolicy } from '../controls/seccomp/explain/index.ts';
import { CONSTANTS } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { emit } from '../launcher/emit.ts';
import { recorderProgram } from '../launcher/recorder.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import { launcherOf, planStart } from './compile.ts';
import { runNameless } from './execute.ts';
import { namelessLauncher } from './launcher-file.ts';
import { recordedCalls } from './recorded-calls.ts';
import type { Prepared } from './source.ts';

export interface Learned {
  /** The status of the run; null: it could not be planned. */
  readonly status: number | null;
  readonly calls: readonly SeccompData[];
}

/** `told` is given what there is to say about the plan; false: do not run it. */
export async function learnCalls(prepared: Prepared, told: (found: readonly Diagnostic[]) => boolean): Promise<Learned> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-learn-'));
  try {
    const path = join(folder, 'proxy');
    const { plan, diagnostics } = planStart(learning(prepared, path), { detach: false });
    if (!told(diagnostics) || plan === null) return { status: null, calls: [] };
    const recorder = await startRecorder(prepared.host.cacheDir, path);
    try {
      const status = await runNameless(prepared.host.cacheDir, launcherOf(plan), prepared.name);
      return { status, calls: await recorder.end() };
    } finally {
      await recorder.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function learning(prepared: Prepared, path: string): Prepared {
  const { spec } = prepared;
  if (spec === null) return prepared;
  const why = { kind: 'default', text: 'every call is to be learned' } as const;
  return { ...prepared, spec: { ...spec, seccomp: { value: { path: 'learn', text: learningPolicy(prepared.host.arch), proxy: { value: path, why } }, why } } };
}

interface Recorder {
  /** Ends it; all calls that it let go on. */
  readonly end: () => Promise<readonly SeccompData[]>;
}

function startRecorder(directory: string, path: string): Promise<Recorder> {
  const program = namelessLauncher(directory, emit(recorderProgram(socketAddress(path)), { arch: 'x86_64' }));
  const child = spawn(`/proc/self/fd/${program}`, [], { stdio: ['ignore', 'pipe', 'inherit'], argv0: 'holdfast: learn' });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const end = async (): Promise<readonly SeccompData[]> => {
    child.kill('SIGKILL');
    await ended;
    // The first only says that it listens.
    return recordedCalls(Buffer.concat(chunks)).slice(1);
  };
  return new Promise<Recorder>((resolve, reject) => {
    const failed = (): void => reject(new HoldfastError(`calls cannot be recorded at ${path}`, { code: 'cannot-execute', path }));
    child.once('error', failed);
    child.once('exit', failed);
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      resolve({ end });
    });
  }).finally(() => closeSync(program));
}

function socketAddress(path: string): Uint8Array {
  const family = new Uint8Array(STRUCTS.sockaddr_un.fields.sun_path.offset);
  new DataView(family.buffer).setUint16(0, CONSTANTS.AF_UNIX, true);
  return Buffer.concat([family, Buffer.from(`${path}\0`)]);
}
