// Assertions for faults of the program itself. Not node:assert: loading that costs the command line 3 ms.

export class BpfFault extends Error {
  override readonly name = 'BpfFault';
}

export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new BpfFault(typeof message === 'string' ? message : message());
}

/** The default branch of a switch that the type checker knows to be complete. */
export function assertNever(value: never): never {
  throw new BpfFault(`unexpected ${JSON.stringify(value)}`);
}
