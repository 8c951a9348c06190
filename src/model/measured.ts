// A container that runs, with what it uses at one moment: what top and metrics are about.

import type { ContainerUsage } from './usage.ts';

export interface MeasuredContainer {
  readonly name: string;
  readonly state: 'running' | 'freezing' | 'frozen';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly usage: ContainerUsage;
}

export interface Measurement {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly containers: readonly MeasuredContainer[];
}
