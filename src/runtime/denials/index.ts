// The denials of a container: the kernel's messages, those that are about it, and each in words.

import type { Loss } from '../../audit/loss.ts';
import type { AuditRecord, DenialRecord } from '../../audit/record.ts';
import { explainAppArmor } from '../../controls/apparmor/denied/index.ts';
import { explainLandlock } from '../../controls/landlock/denied/index.ts';
import { explainSeccomp } from '../../controls/seccomp/denied/index.ts';
import { explainSelinux } from '../../controls/selinux/denied/index.ts';
import type { Denial, DenialExplanation } from '../../model/denial.ts';
import { owners } from './owner.ts';
import { livingProcess } from './process.ts';
import { type AuditSource, openAuditSource } from './source.ts';
import type { DeniedContainer } from './suspect.ts';

export { beginNote, lossNotes, silenceNotes } from './notes.ts';
export { momentOf, type Since } from './since.ts';
export { type DeniedContainer, deniedContainer } from './suspect.ts';

export interface Found {
  readonly denials: readonly Denial[];
  readonly losses: readonly Loss[];
  /** Milliseconds since 1970: what was before has been overwritten. Null: nothing has. */
  readonly begin: number | null;
}

export interface DenialReader {
  /** Those since the last call; the first time all that are still told. */
  next(): Found;
  close(): void;
}

/** Throws `cannot-read` when the caller may not read the kernel's messages. */
export function denialReader(container: DeniedContainer, source: AuditSource = openAuditSource()): DenialReader {
  const ownerOf = owners(container.suspect, livingProcess);
  return {
    next() {
      const read = source.read();
      const records = read.filter((one): one is AuditRecord => one.kind !== 'loss');
      const events = eventsOf(records);
      const denials = records.flatMap((record): readonly Denial[] => {
        if (record.kind === 'call' || record.kind === 'landlock-domain') return [];
        const event = events.get(keyOf(record)) ?? [];
        const certainty = ownerOf(record, event);
        return certainty === null
          ? []
          : [{ ...explained(record, container), at: record.at, control: record.kind, certainty, subject: subjectOf(record, event) }];
      });
      return { denials, losses: read.filter((one): one is Loss => one.kind === 'loss'), begin: source.begin() };
    },
    close: () => source.close(),
  };
}

const keyOf = ({ at, serial }: AuditRecord) => `${at}:${serial}`;

function eventsOf(records: readonly AuditRecord[]): ReadonlyMap<string, readonly AuditRecord[]> {
  const events = new Map<string, AuditRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const event = events.get(key);
    if (event === undefined) events.set(key, [record]);
    else event.push(record);
  }
  return events;
}

function explained(record: DenialRecord, { suspect, held, profile }: DeniedContainer): DenialExplanation {
  switch (record.kind) {
    case 'apparmor':
      return explainAppArmor(record, { profile: profile?.value ?? null, place: profile?.place ?? null, forbidden: profile?.forbidden ?? null });
    case 'selinux': {
      const line = held('lxc.selinux.context') ?? held('holdfast.selinux.context');
      return explainSelinux(record, { line: line === null ? null : `${line.key} = ${line.value}`, place: line?.place ?? null });
    }
    case 'seccomp':
      return explainSeccomp(record, { opened: suspect.policy, place: held('lxc.seccomp.profile')?.place ?? null });
    case 'landlock': {
      const line = held('holdfast.landlock');
      return explainLandlock(record, { value: line?.value ?? null, place: line?.place ?? null });
    }
  }
}

/** A message of Landlock does not say whom it refused, only who began; the record of the call beside it does. */
function subjectOf(record: DenialRecord, event: readonly AuditRecord[]): Denial['subject'] {
  const { pid, command, program } = record.subject.pid === undefined ? (event.find(({ kind }) => kind === 'call')?.subject ?? {}) : record.subject;
  return { ...(pid === undefined ? {} : { pid }), ...(command === undefined ? {} : { command }), ...(program === undefined ? {} : { program }) };
}
