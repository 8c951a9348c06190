// holdfast denials: what a container was refused, by which rule, and the least change that would allow it.

import { setTimeout as sleep } from 'node:timers/promises';
import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { denialLine, denialNotes, denialsJson, denialText, repeated } from '../../report/denials.ts';
import {
  beginNote,
  denialReader,
  deniedContainer,
  type DeniedContainer,
  type Found,
  lossNotes,
  momentOf,
  silenceNotes,
  type Since,
} from '../../runtime/denials/index.ts';
import { containerState } from '../../runtime/containers.ts';
import { type Context, err, out } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName, sourceOf } from '../source.ts';

export interface DenialsFlags extends NameFlags {
  readonly json: boolean;
  readonly follow: boolean;
  readonly since?: Since;
}

const LOOK_MS = 200;

export async function denials(this: Context, flags: DenialsFlags, positional?: string): Promise<void> {
  const name = requiredName(flags, positional);
  const host = readHostFacts(realMachine());
  const container = deniedContainer({ ...sourceOf(this, flags, positional), name }, host);
  const reader = denialReader(container);
  try {
    const first = reader.next();
    const from = flags.since === undefined ? container.suspect.since : momentOf(flags.since);
    const found = { ...first, denials: first.denials.filter(({ at }) => at >= from), losses: first.losses.filter(({ at }) => at >= from) };
    if (flags.follow) await follow(this, flags, container, found, () => reader.next());
    else print(this, flags, container, found);
  } finally {
    reader.close();
  }
}

function print(context: Context, { json }: DenialsFlags, container: DeniedContainer, { denials: all, losses, begin }: Found): void {
  const shown = repeated(all);
  const notes = [...lossNotes(losses), ...beginNote(container, begin), ...silenceNotes(container)];
  if (json) return out(context, denialsJson(container.name, shown, notes));
  out(context, shown.length === 0 ? `${container.name}: the kernel tells of no denial\n` : shown.map(denialText).join('\n'));
  err(context, denialNotes(notes));
}

/** Until the container has ended; of one that does not run, until told to. */
async function follow(context: Context, { json }: DenialsFlags, container: DeniedContainer, first: Found, next: () => Found): Promise<void> {
  const { name, host, record } = container;
  err(context, denialNotes(silenceNotes(container)));
  const show = ({ denials: some, losses }: Found) => {
    for (const denial of some) out(context, json ? denialLine(denial) : `${denialText({ denial, times: 1, last: denial.at })}\n`);
    err(context, denialNotes(lossNotes(losses)));
  };
  show(first);
  for (let over = false; !over; ) {
    await sleep(LOOK_MS);
    // Looked at before the messages: those of its last moment are there by then.
    const state = containerState(host.runDir, name);
    over = record !== null && !(state.state === 'running' && state.record.init === record.init);
    show(next());
  }
}
