// All attempts, in the order in which they are made: mounts last, which may reach the container's own where it shares them.

import type { Attempt } from './attempt.ts';
import { FILE_ATTEMPTS } from './files.ts';
import { KERNEL_ATTEMPTS } from './kernel.ts';
import { MOUNT_ATTEMPTS } from './mounts.ts';

export const ATTEMPTS: readonly Attempt[] = [...FILE_ATTEMPTS, ...KERNEL_ATTEMPTS, ...MOUNT_ATTEMPTS];
