// Exit codes of the commands. `run` and `attach` pass on the status of what they ran, so their own failures are high.

export const EXIT = {
  ok: 0,
  /** check: warnings, no errors. Other commands: failed. */
  warnings: 1,
  failed: 1,
  /** check: errors. All commands: wrong usage. */
  errors: 2,
  usage: 2,
  /** run, start, attach, userns: the container could not be started or entered. 126 and 127 (not executable, not found) as in shells. */
  startFailed: 125,
} as const;

/** What a command ends with when it could not do what it was asked. */
export function failureOf(command: string | undefined): number {
  if (command === 'run' || command === 'start' || command === 'attach' || command === 'userns') return EXIT.startFailed;
  return command === 'check' || command === 'doctor' ? EXIT.errors : EXIT.failed;
}

/** Codes of errors that are about the words themselves. */
export const WRONG_USAGE: ReadonlySet<string> = new Set(['usage', 'bad-name', 'nothing-named']);
