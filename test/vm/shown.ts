// What a test in a guest shows people whatever becomes of it: tables that are no matter of right and wrong.

import { appendFileSync } from 'node:fs';

/** Its name in a guest's /run/vm. */
export const SHOWN = 'shown';

export function show(text: string): void {
  appendFileSync(`/run/vm/${SHOWN}`, text);
}
