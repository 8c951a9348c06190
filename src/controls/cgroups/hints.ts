// What to do about a control-group file that refuses its value, by errno: admin-guide/cgroup-v1/*.rst, cgroup-v2.rst.

import type { ErrnoName } from '../../kernel/errno.gen.ts';
import { suggestion } from '../seccomp/nearest.ts';
import { KNOWN_FILES } from './forms.ts';
import type { Assignment } from './values.ts';

type Hints = Partial<Record<ErrnoName, string>>;

/** What is written where, as far as a hint needs to know. */
export interface Refused {
  readonly value: Pick<Assignment['value'], 'controller' | 'file'>;
  readonly place: string;
  readonly text: string;
}

export function hintsFor({ value, place, text }: Refused): Hints {
  const { controller, file } = value;
  return {
    EINVAL: `the kernel does not take '${text}' for ${file}`,
    ENOENT: `the kernel has no file ${file} in ${place}: ${suggestion(file, KNOWN_FILES, 'misspelled, or not built into it')}`,
    EACCES: `${file} is not for writing, or belongs to another user`,
    EPERM: `the caller may not set ${file}`,
    EBUSY: `the group uses more than '${text}' already`,
    ERANGE: `'${text}' is out of the range of ${file}`,
    EOPNOTSUPP: `this kernel no longer supports ${file}`,
    ENOMEM: 'the kernel has no memory for it',
    ...ofController(controller),
    ...ofFile(file),
  };
}

function ofController(controller: string): Hints {
  switch (controller) {
    case 'cpuset':
      return {
        EACCES: 'the group above does not have all of these CPUs or memory nodes',
        ERANGE: 'there are no such CPUs or memory nodes',
        ENOSPC: 'the group would be left without CPUs or memory nodes',
      };
    case 'blkio':
    case 'io':
      return { ENODEV: 'there is no such block device (MAJOR:MINOR of a whole disk, not of a partition)' };
    default:
      return {};
  }
}

function ofFile(file: string): Hints {
  switch (file) {
    case 'memory.limit_in_bytes':
      return { EINVAL: 'it is no number (with K, M or G behind it), or above memory.memsw.limit_in_bytes' };
    case 'memory.memsw.limit_in_bytes':
      return {
        EINVAL: 'it is no number (with K, M or G behind it), or below memory.limit_in_bytes, which it includes',
        ENOENT: `${file} needs swap accounting (boot with swapaccount=1)`,
      };
    case 'memory.swap.max':
    case 'memory.swap.high':
      return { ENOENT: `${file} needs swap accounting (boot without swapaccount=0)` };
    case 'cpuset.cpus.partition':
      return { EINVAL: 'the group above is no partition root, or the CPUs are not its own: see cpuset.cpus.partition there' };
    case 'cpu.rt_runtime_us':
      return { EINVAL: 'the group above has less real-time run time than this' };
    default:
      return {};
  }
}
