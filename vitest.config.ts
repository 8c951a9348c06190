// Three projects: `unit` is pure and fast as any user; `live` asks this kernel, one file after the other; then `vm` boots kernels of its own.
import { defineConfig } from 'vitest/config';
import { GuestsInOrder } from './test/vm/sequencer.ts';

export default defineConfig({
  test: {
    sequence: { sequencer: GuestsInOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/support/*.test.ts', 'test/attempts/*.test.ts', 'test/vm/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['test/vm/*.vm.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.live.test.ts', 'test/peer/**/*.peer.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'vm',
          include: ['test/vm/*.vm.test.ts'],
          pool: 'forks',
          // Two guests at a time, when all else is over: an emulated processor takes a real one.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
        },
      },
    ],
  },
});
