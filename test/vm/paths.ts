// Where the VM tier finds the project, and where it keeps what it downloads.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder; a guest sees it under the same path. */
export const PROJECT: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Kernels of guests. Deleting it makes the next run download anew. */
export const CACHE: string = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'holdfast-vm');
