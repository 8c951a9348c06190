// `holdfast complete WORD... PARTIAL`, which the scripts of shells call: what may stand in the place of the last word, a line each.

import { proposeCompletions } from '@stricli/core';
import { application } from '../app.ts';
import type { Context } from '../context.ts';
import { helpOnKey } from '../routes/config.ts';

/** Options are proposed for a word that begins like one, nothing behind `--`: that is another command's. A fault on the way proposes nothing. */
export async function complete(words: readonly string[], context: Context): Promise<readonly string[]> {
  if (words.slice(0, -1).includes('--')) return [];
  const found = await proposeCompletions(application(context.version, 1), helpOnKey(words), context).catch(() => []);
  const asked = words.at(-1)?.startsWith('-') === true;
  return [...new Set(found.map(({ completion }) => completion))].filter((one) => asked || !one.startsWith('-'));
}
