// Boots a guest, runs one command in it on this machine's own root file system (nothing it writes comes back), and tells how that ended.

import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initrd } from './initrd.ts';
import { guestKernel } from './kernel.ts';
import { kernelWords, type Kind } from './kind.ts';
import { type Ending, endingOf, endingText, type Remains } from './outcome.ts';
import { emulate, qemuArguments } from './qemu.ts';
import { makeRunFolder } from './run-folder.ts';
import { compilePolicy } from './selinux/policy.ts';

export interface BootOptions extends Kind {
  /** A script for /bin/sh, as root. Its `/run/vm` is a folder that both sides see. */
  readonly command: string;
  /** Where it runs; default `/`. */
  readonly directory?: string;
  /** The whole guest is ended after that; default two minutes. */
  readonly timeoutMs?: number;
  /** Default 1: a second processor makes most things slower under emulation. */
  readonly processors?: number;
  readonly memoryMb?: number;
  /** Files in the guest's `/run/vm` from the beginning. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Further words of the kernel's command line: where a word is there twice, the last one counts. */
  readonly words?: string;
  /** Leave the SELinux policy out: for the test that this is noticed. */
  readonly withoutPolicy?: boolean;
  /** Gets what the command writes, while it runs. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: Buffer) => void;
}

export interface Booted extends Remains {
  readonly ending: Ending;
  /** The ending in words, for people. */
  readonly text: string;
  readonly ms: number;
  readonly processorMs: number;
  /** A file that the command left in `/run/vm`; null when there is none. */
  file(name: string): string | null;
}

/** Rejects only when there is no kernel or no policy to boot with; everything that happens later is an ending. */
export async function boot(options: BootOptions): Promise<Booted> {
  const started = performance.now();
  const kernel = guestKernel();
  const folder = makeRunFolder();
  try {
    const policy = options.lsm === 'selinux' && options.withoutPolicy !== true ? compilePolicy(folder) : null;
    writeFileSync(join(folder, 'initrd'), initrd(kernel, policy));
    writeFileSync(join(folder, 'command'), `cd '${(options.directory ?? '/').replaceAll("'", "'\\''")}' || exit 125\n${options.command}\n`);
    for (const [name, data] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), data);
    const { processors = 1, memoryMb = 1024 } = options;
    const words = `${kernelWords(options, kernel.modules)} ${options.words ?? ''}`;
    const machine = qemuArguments({ kernel: kernel.vmlinux, folder, words, processors, memoryMb });
    const pump = options.onOutput === undefined ? () => undefined : outputPump(folder, options.onOutput);
    const { timedOut, processorMs, ...qemu } = await emulate(machine, options.timeoutMs ?? 120_000, pump);
    const own = new Set(['initrd', 'command', 'policy.cil', 'policy.bin', ...Object.keys(options.files ?? {})]);
    // Everything is read now: the folder will be gone.
    const texts = new Map(readdirSync(folder).flatMap((name) => (own.has(name) ? [] : [[name, readFileSync(join(folder, name), 'utf8')] as const])));
    const file = (name: string): string | null => texts.get(name) ?? null;
    const [stdout = '', stderr = '', dmesg = '', console = ''] = ['stdout', 'stderr', 'dmesg', 'console'].map((name) => file(name) ?? '');
    const remains: Remains = { code: file('code'), facts: file('facts'), stdout, stderr, dmesg, console, qemu, timedOut };
    const ending = endingOf(options, remains);
    return { ...remains, ending, text: endingText(ending, remains), ms: performance.now() - started, processorMs, file };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its standard output when the command succeeded; an error with everything known otherwise. */
export function succeeded(booted: Booted): string {
  if (booted.ending.kind === 'ended' && booted.ending.code === 0) return booted.stdout;
  throw new Error(`${booted.text}\n${booted.stdout}${booted.stderr}`);
}

/** `12.3 s, 11.0 s of processor time`. */
export function timeOf({ ms, processorMs }: Booted): string {
  return `${(ms / 1000).toFixed(1)} s, ${(processorMs / 1000).toFixed(1)} s of processor time`;
}

/** Passes on what has been added to the command's output since the last call. */
function outputPump(folder: string, onOutput: NonNullable<BootOptions['onOutput']>): () => void {
  const seen = { stdout: 0, stderr: 0 };
  return () => {
    for (const stream of ['stdout', 'stderr'] as const) {
      const path = join(folder, stream);
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size <= seen[stream]) continue;
      const added = Buffer.alloc(size - seen[stream]);
      const file = openSync(path, 'r');
      readSync(file, added, 0, added.length, seen[stream]);
      closeSync(file);
      seen[stream] = size;
      onOutput(stream, added);
    }
  };
}
