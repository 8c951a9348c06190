// holdfast caps suggest: runs a container, and says which of the capabilities it keeps were never used.

import { suggestionJson, suggestionText } from '../../../controls/capabilities/explain/suggestion.ts';
import { prepare } from '../../../runtime/source.ts';
import { observeCapabilities } from '../../../runtime/suggest-capabilities.ts';
import { writeWhole } from '../../../runtime/write-whole.ts';
import { type Context, err, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ConfigFlags } from '../../flags.ts';
import { mayStart } from '../../report.ts';
import { sourceOf } from '../../source.ts';

export interface SuggestFlags extends ConfigFlags {
  readonly output?: string;
  readonly json: boolean;
}

export async function suggest(this: Context, flags: SuggestFlags, name?: string): Promise<void> {
  const prepared = prepare(sourceOf(this, flags, name));
  const run = await observeCapabilities(prepared, (found) => mayStart(this, prepared, found));
  if (run === null || !run.began) {
    if (run !== null) err(this, `holdfast: nothing was seen: the run ended with ${run.status}\n`);
    this.process.exitCode = EXIT.failed;
    return;
  }
  if (run.status !== 0) err(this, `holdfast: the run ended with ${run.status}: what it would have used besides is not seen\n`);
  if (run.lost > 0) err(this, `holdfast: the kernel had no room for ${run.lost} records: what seems to be unused may have been used\n`);
  const what = [prepared.name, ...(this.command ?? [])].join(' ');
  const text = flags.json ? suggestionJson(run) : suggestionText(what, run, prepared.spec?.capabilities.mode ?? 'drop');
  if (flags.output === undefined || flags.output === '-') out(this, text);
  else writeWhole(flags.output, text, 0o644);
  this.process.exitCode = run.lost > 0 ? EXIT.failed : EXIT.ok;
}
