// Assertions for faults of the program itself (never for what a user wrote). Not node:assert: loading that costs the
// command line 3 ms.

export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** A fault that has been found. For checks that run for every operation, where even a closure shows in a cold start. */
export function fault(message: string): never {
  throw new AssertionError(message);
}

/** Throws an AssertionError unless `condition` holds. Text that is costly to make is passed as a function. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) fault(typeof message === 'string' ? message : message());
}

/** The default branch of a switch that the type checker knows to be complete. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected ${JSON.stringify(value)}`);
}
