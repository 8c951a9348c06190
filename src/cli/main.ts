// The one place that knows this is a process: splits the words at `--`, runs the command (the built file answers --version
// before it comes to this, see tools/lazy-body.mjs), and
// turns what was thrown into a line on standard error and an exit code.

import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Context } from './context.ts';
import { EXIT, failureOf } from './exit-codes.ts';
import { faultText } from './fault.ts';
import { FILE_WORKER } from '../runtime/create/worker-word.ts';

/** Put in by tools/build.mjs. */
declare const HOLDFAST_VERSION: string;
declare const HOLDFAST_BUILD: string;
/** `homepage` of package.json, with a slash at the end; empty where there is none: then the pages are those beside the command. */
declare const HOLDFAST_HOME: string;

async function main(typed: readonly string[]): Promise<void> {
  const [{ run }, { application }, { helpOnKey }] = await Promise.all([import('@stricli/core'), import('./app.ts'), import('./routes/config.ts')]);
  const words = helpOnKey(typed);
  const split = words.indexOf('--');
  const context: Context = {
    process: { stdout: process.stdout, stderr: process.stderr, env: process.env, exitCode: null },
    command: split === -1 ? null : words.slice(split + 1),
    invocation: [process.execPath, process.argv[1] ?? '', ...typed],
    readInput: () => readFileSync(0, 'utf8'),
    directory: () => process.cwd(),
    home: HOLDFAST_HOME === '' ? pathToFileURL(`${dirname(dirname(realpathSync(process.argv[1] ?? '/')))}/`).href : HOLDFAST_HOME,
    version: HOLDFAST_VERSION,
    build: `${HOLDFAST_VERSION}+${HOLDFAST_BUILD}`,
  };
  if (words[0] === 'complete') {
    const { complete } = await import('./completion/complete.ts');
    for (const line of await complete(words.slice(1), context)) process.stdout.write(`${line}\n`);
    return;
  }
  if (words[0] === FILE_WORKER) {
    const { answerFileWork } = await import('../runtime/create/file-work.ts');
    const { text, status } = answerFileWork(context.readInput());
    process.stdout.write(text);
    process.exitCode = status;
    return;
  }
  await run(application(HOLDFAST_VERSION, failureOf(words[0])), split === -1 ? words : words.slice(0, split), context);
  const exitCode = context.process.exitCode ?? EXIT.ok;
  // Stricli's own codes are negative: wrong usage in one way or another.
  process.exitCode = exitCode < 0 ? EXIT.usage : exitCode;
}

/** A reader that went away (`holdfast plan web | head`) is no error of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`holdfast: standard output cannot be written: ${error.message}\n`);
  process.exit(failureOf(process.argv[2]));
});
/** Nobody is left to tell; the exit code still says it. */
process.stderr.on('error', () => undefined);

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${faultText(error)}\n`);
  process.exitCode = failureOf(process.argv[2]);
});
