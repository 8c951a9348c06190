// Whose process was it? A message has a process id of the host's, which may have gone or be somebody else's by now, and sometimes a label.

import { answersSo } from '../../controls/seccomp/denied/index.ts';
import type { OpenedPolicy } from '../../controls/seccomp/explain/index.ts';
import type { AuditRecord, DenialRecord } from '../../audit/record.ts';
import { isWithin } from '../oom-kills.ts';
import type { LivingProcess } from './process.ts';

/** A container as messages can be told to be about it. */
export interface Suspect {
  /** Init on the host; null: it does not run. */
  readonly init: number | null;
  readonly pidNamespace: string | null;
  /** Groups that hold it, below the roots of their hierarchies. */
  readonly groups: readonly string[];
  /** Milliseconds since 1970: what was before is nothing of one that runs. */
  readonly since: number;
  /** The label of its init: of AppArmor, several joined by `//&`, or of SELinux. */
  readonly label: string | null;
  /** No other container has this label. */
  readonly ownLabel: boolean;
  readonly uids: readonly { readonly first: number; readonly count: number }[];
  readonly policy: OpenedPolicy | null;
}

/** `likely`: nothing speaks against it, but the process has gone and left no proof. */
export type Certainty = 'certain' | 'likely';

/** Remembers who entered which Landlock domain: only the first message about each says so. */
export function owners(
  suspect: Suspect,
  living: (pid: number) => LivingProcess | null,
): (record: DenialRecord, event: readonly AuditRecord[]) => Certainty | null {
  const domains = new Map<string, Certainty | null>();
  const gone = new Map<number, Certainty>();
  const ofProcess = (pid: number, at: number): Certainty | null | undefined => {
    if (pid === suspect.init) return 'certain';
    const found = living(pid);
    // Whoever was started since has only the number of the one that was meant.
    if (found === null || found.startedAt > at + CLOCK_SLACK_MS) return gone.get(pid);
    const inside = found.pidNamespace === suspect.pidNamespace || found.groups.some((group) => suspect.groups.some((own) => isWithin(group, own)));
    if (inside) gone.set(pid, 'certain');
    return inside ? 'certain' : null;
  };
  return (record, event) => {
    if (suspect.init !== null && record.at < suspect.since) return null;
    if (record.kind === 'landlock') {
      for (const one of event) {
        if (one.kind === 'landlock-domain' && one.subject.pid !== undefined) domains.set(one.domain, ofProcess(one.subject.pid, record.at) ?? null);
      }
      const known = domains.get(record.domain);
      if (known !== undefined && known !== null) return known;
    }
    const subject = [record, ...event].map((one) => one.subject).find(({ pid }) => pid !== undefined) ?? record.subject;
    const byProcess = subject.pid === undefined ? undefined : ofProcess(subject.pid, record.at);
    if (byProcess !== undefined) return byProcess;
    const label = labelIn(record);
    if (label !== undefined && suspect.label !== null) return isLabelled(suspect.label, label) ? (suspect.ownLabel ? 'certain' : 'likely') : null;
    if (suspect.uids.length > 0 && subject.uid !== undefined)
      return suspect.uids.some(({ first, count }) => isIn(subject.uid ?? 0, first, count)) ? 'certain' : null;
    if (record.kind === 'seccomp' && suspect.policy !== null) return answersSo(record, suspect.policy) ? 'likely' : null;
    return null;
  };
}

/** The kernel's clock for messages is a coarse one: what a process does at once may be told as before its start. */
export const CLOCK_SLACK_MS = 100;

const isIn = (id: number, first: number, count: number) => id >= first && id < first + count;

function labelIn(record: DenialRecord): string | undefined {
  if (record.kind === 'apparmor') return record.profile;
  return record.kind === 'selinux' ? record.source : record.subject.label?.replace(/ \([a-z]+\)$/, '');
}

/** A message of a stack of profiles names the one that denied; one of a profile within, its path. */
function isLabelled(own: string, said: string): boolean {
  return own === said || own.split('//&').some((profile) => said === profile || said.startsWith(`${profile}//`));
}
