// Runs a command line in this process, for tests of what needs no machine: what it printed, and its exit code.

import { run } from '@stricli/core';
import { application } from './app.ts';
import type { Context } from './context.ts';

export interface Ended {
  /** Negative for the parser's own complaints. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const textOf = (content: string | Uint8Array): string => (typeof content === 'string' ? content : Buffer.from(content).toString('latin1'));

/** `failure`: the exit code where a command throws. */
export async function ended(words: readonly string[], failure = 1): Promise<Ended> {
  const texts = { out: '', err: '' };
  const streams: Context['process'] = {
    stdout: { write: (text) => (texts.out += textOf(text)) },
    stderr: { write: (text) => (texts.err += textOf(text)) },
    env: {},
    exitCode: null,
  };
  const context = {
    process: streams,
    command: null,
    invocation: [],
    readInput: () => '',
    directory: () => '/',
    home: 'file:///',
    version: '1.2.3',
    build: 'test',
  };
  await run(application('1.2.3', failure), words, context);
  return { code: streams.exitCode, stdout: texts.out, stderr: texts.err };
}
