// A plan: every step of a start in the order in which it happens, and what the monitor needs to know while it serves.

import type { Step } from './step.ts';

export interface Plan {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Detached: the monitor leaves the caller's session and terminal once init runs. */
  readonly detach: boolean;
  /** Is the monitor PID 1 of a PID namespace of its own, so that nothing survives it? */
  readonly guard: boolean;
  /** The signal that asks init to end, and the seconds it may take before SIGKILL. */
  readonly halt: { readonly signal: number; readonly seconds: number };
}
