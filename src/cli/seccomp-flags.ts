// The flags of `holdfast seccomp`, for the commands and for what declares them.

import type { ConfigFlags } from './flags.ts';

export const FILTER_FORMATS = ['bpf', 'c', 'asm', 'pseudo'] as const;
export type FilterFormat = (typeof FILTER_FORMATS)[number];

export interface ArchFlags {
  readonly arch?: string;
}

export interface PolicyFlags extends ArchFlags {
  readonly json: boolean;
}

export interface CompileFlags extends ArchFlags {
  readonly format: FilterFormat;
  readonly output?: string;
}

export interface LearnFlags extends ConfigFlags {
  readonly output?: string;
}
