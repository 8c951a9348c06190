// A denial of AppArmor in words, with the rule that would allow it and no more.

import type { AppArmorRecord } from '../../../audit/record.ts';
import type { DenialExplanation } from '../../../model/denial.ts';
import { allowance } from './rule.ts';

export interface ProfileLine {
  /** The value of lxc.apparmor.profile; null: nothing said. */
  readonly profile: string | null;
  /** Where it stands: `web/config:12`; null: nowhere. */
  readonly place: string | null;
}

const GENERATED = 'generated';

export function explainAppArmor(record: AppArmorRecord, { profile, place }: ProfileLine): DenialExplanation {
  const { tried, rule, risk } = allowance(record);
  const by = place === null ? '' : ` (lxc.apparmor.profile = ${profile ?? ''}, ${place})`;
  const where =
    profile === GENERATED
      ? 'the configuration'
      : `the profile ${record.profile}; or lxc.apparmor.profile = ${GENERATED} and lxc.apparmor.raw in the configuration`;
  const lines = rule === null ? [] : [profile === GENERATED ? `lxc.apparmor.raw = ${rule},` : `${rule},`];
  return {
    tried,
    outcome: record.result === 'DENIED' ? 'refused' : 'allowed',
    rule: `${reason(record)}${by}`,
    remedy: lines.length === 0 ? null : { lines, where, risk },
  };
}

/** What AppArmor says besides (`info`), in words; most often it says nothing, and then no rule allowed it. */
function reason({ result, profile, info }: AppArmorRecord): string {
  if (result === 'AUDIT') return `a rule of ${profile} allows it and asks for this message`;
  if (result === 'ALLOWED') return `no rule of ${profile} allows it, but the profile only complains`;
  if (info === 'Failed name lookup - disconnected path') {
    return `${profile} cannot name the file: it is outside of the container's root (flags=(attach_disconnected) would let rules name it)`;
  }
  return `no rule of ${profile} allows it, or a rule with 'deny' forbids it${info === undefined ? '' : ` (${info})`}`;
}
