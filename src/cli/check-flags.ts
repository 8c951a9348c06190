// The flags of `holdfast check`, for the command and for what declares it.

import type { ConfigFlags } from './flags.ts';

export const CHECK_FORMATS = ['text', 'json', 'sarif'] as const;

export interface CheckFlags extends ConfigFlags {
  readonly all: boolean;
  readonly format: (typeof CHECK_FORMATS)[number];
  readonly json: boolean;
  readonly verbose: boolean;
}
