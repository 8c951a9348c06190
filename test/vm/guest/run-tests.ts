// Runs test files in the guest with vitest's runner, one after the other in this process, and writes down what became of each test.

import { appendFileSync } from 'node:fs';
import { type File, type Suite, type Task, type Test, type VitestRunner, type VitestRunnerConfig, startTests } from '@vitest/runner';
import { isChosen } from '../choice.ts';
import type { ResultLine, TestError, TestResult } from '../result.ts';

export interface Selection {
  /** Test files by their path from the project's root; of each only tests whose title matches. */
  readonly files: Readonly<Record<string, { readonly load: () => Promise<unknown>; readonly pattern: string | null }>>;
  /** The project's root. */
  readonly root: string;
  /** Where the lines go. */
  readonly results: string;
}

/** Resolves when all have run; sets the exit status to 1 when one failed. */
export async function runTests({ files, root, results }: Selection): Promise<void> {
  const write = (line: ResultLine): void => appendFileSync(results, `${JSON.stringify(line)}\n`);
  const record = (result: TestResult): void => {
    write(result);
    if (result.state === 'failed') process.exitCode = 1;
  };
  for (const [file, { load, pattern }] of Object.entries(files)) {
    const stray = (error: unknown): void => record({ file, title: ['an error outside the tests'], state: 'failed', errors: [errorOf(error)], ms: 0 });
    process.on('uncaughtException', stray);
    const runner: VitestRunner = {
      config: config(root, pattern),
      importFile: load,
      onBeforeRunTask: (test) => write({ begins: { file, title: titleOf(test) } }),
      onAfterRunTask: (test) => record(resultOf(file, test)),
    };
    const [task] = await startTests([`${root}/${file}`], runner);
    for (const result of task === undefined ? [] : others(file, task, pattern)) record(result);
    write({ file, over: true });
    process.off('uncaughtException', stray);
  }
}

/** As the project `live` of vitest.config.ts. */
function config(root: string, pattern: string | null): VitestRunnerConfig {
  return {
    root,
    name: undefined,
    setupFiles: [],
    passWithNoTests: false,
    testNamePattern: pattern === null ? undefined : new RegExp(pattern),
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
}

/** What the runner does not tell test by test: those that did not run, and what failed in a file or a suite outside its tests. */
function others(file: string, task: File, pattern: string | null): readonly TestResult[] {
  const found: TestResult[] = [];
  const visit = (one: Task): void => {
    if (one.type === 'test') {
      // The runner skips what the pattern does not choose, too: that says nothing.
      if ((one.mode === 'skip' || one.mode === 'todo') && isChosen(pattern, titleOf(one)))
        found.push({ file, title: titleOf(one), state: 'skipped', errors: [], ms: 0 });
      return;
    }
    const errors = (one.result?.errors ?? []).map(errorOf);
    if (errors.length > 0) found.push({ file, title: [...titleOf(one), 'outside its tests'], state: 'failed', errors, ms: 0 });
    for (const below of one.tasks) visit(below);
  };
  visit(task);
  return found;
}

function resultOf(file: string, test: Test): TestResult {
  const { state, errors = [], duration = 0 } = test.result ?? {};
  const shown = state === 'pass' ? 'passed' : state === 'skip' ? 'skipped' : 'failed';
  return { file, title: titleOf(test), state: shown, errors: errors.map(errorOf), ms: Math.round(duration) };
}

function titleOf(task: Test | Suite): readonly string[] {
  const above = task.suite === undefined || 'filepath' in task.suite ? [] : titleOf(task.suite);
  return 'filepath' in task ? [] : [...above, task.name];
}

function errorOf(error: unknown): TestError {
  const { message, stack, diff } = (error ?? {}) as Partial<TestError>;
  return { message: message ?? String(error), stack: stack ?? '', diff: diff ?? '' };
}
