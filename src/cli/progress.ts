// How far something has come that looks at every file of a tree: a line on standard error each few seconds.

import { type Context, err } from './context.ts';

/** Files between two lines: some seconds. */
const PAUSE = 20_000;

export function progress(context: Context): (done: number, all: number) => void {
  let next = PAUSE;
  return (done, all) => {
    if (done < next) return;
    next = done + PAUSE;
    err(context, `${done} of ${all} files\n`);
  };
}
