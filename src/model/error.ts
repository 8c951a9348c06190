// The one error the run time throws. What a user wrote wrong is a diagnostic, never this.

export interface HoldfastErrorDetails {
  /** Stable, for programs: `not-running`, `start-failed`, `no-such-container` ... */
  readonly code: string;
  /** The step that failed, in the plan's words. */
  readonly step?: string;
  readonly syscall?: string;
  /** errno by name, e.g. `EPERM`. */
  readonly errno?: string;
  readonly path?: string;
  readonly cause?: unknown;
}

export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: string;
  readonly step: string | undefined;
  readonly syscall: string | undefined;
  readonly errno: string | undefined;
  readonly path: string | undefined;

  constructor(message: string, details: HoldfastErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.step = details.step;
    this.syscall = details.syscall;
    this.errno = details.errno;
    this.path = details.path;
  }
}
