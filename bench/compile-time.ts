// How long a container takes from its configuration file to the bytes of its launcher, in one process: the first call, and warm.
// Reading the file and asking the machine for its facts are part of it; writing the launcher is not.
// usage: node tools/run.mjs bench/compile-time.ts CONFIG [CALLS]   prints JSON; times are in milliseconds

import { compileLauncher, diagnosticText } from '../src/index.ts';

const WARM_UP = 50; // calls until the JIT has seen all of it

export function main([file, calls = '200']: readonly string[]): void {
  if (file === undefined) throw new Error('usage: compile-time.ts CONFIG [CALLS]');
  const timeOnce = (): number => {
    const begin = performance.now();
    compiled(file);
    return performance.now() - begin;
  };
  const first = timeOnce();
  for (let i = 0; i < WARM_UP; i++) compiled(file);
  const times = Array.from({ length: Number(calls) }, timeOnce).sort((a, b) => a - b);
  const [min = Number.NaN] = times;
  const median = times[times.length >> 1] ?? Number.NaN;
  process.stdout.write(`${JSON.stringify({ calls: times.length, first, min, median, bytes: compiled(file).length })}\n`);
}

/** The launcher. A configuration that compiles to nothing would be fast, too. */
function compiled(file: string): Uint8Array {
  const { elf, diagnostics } = compileLauncher({ file });
  if (elf === null) throw new Error(diagnostics.map((one) => diagnosticText(one).message).join('; '));
  return elf;
}
