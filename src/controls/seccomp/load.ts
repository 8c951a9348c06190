// The one call that loads a filter.

import type { ConstName } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { FilterFlag } from '../../model/filter-flag.ts';
import type { SysCall } from '../../model/step.ts';

/** What is loaded: the same bytes and the same flags for init and for whoever attaches. */
export interface LoadedFilter {
  readonly filter: Uint8Array;
  readonly flags: readonly FilterFlag[];
}

/** seccomp(SECCOMP_SET_MODE_FILTER, flags, &prog). It binds the process, what it executes and all that it starts, for good. */
export function loadFilter(filter: Uint8Array, flags: readonly ConstName[]): SysCall {
  const length = filter.length / STRUCTS.sock_filter.size;
  const program = { len: length, filter: { bytes: filter, note: `${length} instructions of classic BPF` } };
  const told = flags.length === 0 ? 0 : { flags };
  return { sys: 'seccomp', args: [{ flags: ['SECCOMP_SET_MODE_FILTER'] }, told, { struct: 'sock_fprog', fields: program }] };
}
