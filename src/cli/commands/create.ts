// holdfast create: a new container.

import { realMachine } from '../../host/machine.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { createContainer } from '../../runtime/create/create-container.ts';
import { type Context, err, out } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export interface CreateFlags extends NameFlags {
  readonly template: string;
  readonly file?: string;
  readonly rootfs?: string;
  readonly json: boolean;
}

export function create(this: Context, flags: CreateFlags, positional?: string): void {
  const { lxcpath, template, file, rootfs } = flags;
  const name = requiredName(flags, positional);
  const made = createContainer({ name, lxcpath, template, file, rootfs, words: this.command ?? [] }, realMachine(), this.invocation.slice(0, 2));
  if (made.cleared) err(this, `${name}: one that was never finished was in its place, and is removed\n`);
  for (const line of made.omitted) err(this, `${name}: left out, there is no control for it: ${line}\n`);
  err(
    this,
    diagnosticsReport(made.found, () => undefined),
  );
  if (flags.json) {
    out(this, `${JSON.stringify({ name, config: made.config, rootfs: made.rootfs, idmap: made.idmap, omitted: made.omitted }, null, 2)}\n`);
    return;
  }
  const ids = made.idmap.filter(({ kind }) => kind === 'u').map(({ outside, count }) => `${outside}-${outside + count - 1}`);
  out(this, `${name} is made, ${ids.length === 0 ? 'with the ids of the host' : `its user ids are ${ids.join(', ')} on the host`}: ${made.config}\n`);
}
