// holdfast completion SHELL: the script that makes a shell complete commands, options, names of containers and keys.

import { SCRIPTS, type Shell } from '../completion/scripts.ts';
import { type Context, out } from '../context.ts';

export function completion(this: Context, _flags: object, shell: Shell): void {
  out(this, SCRIPTS[shell]);
}
