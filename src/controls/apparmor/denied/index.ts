// A denial of AppArmor in words, with the rule that would allow it and no more.

import type { AppArmorRecord } from '../../../audit/record.ts';
import type { DenialExplanation } from '../../../model/denial.ts';
import type { DenyRules } from './deny-rule.ts';
import { allowance } from './rule.ts';

export { type DenyRules, denyRules } from './deny-rule.ts';

export interface ProfileLine {
  /** The value of lxc.apparmor.profile; null: nothing said. */
  readonly profile: string | null;
  /** Where it stands: `web/config:12`; null: nowhere. */
  readonly place: string | null;
  /** What a generated profile forbids by name; null: the profile is not Holdfast's. */
  readonly forbidden: DenyRules | null;
}

const GENERATED = 'generated';

export function explainAppArmor(record: AppArmorRecord, { profile, place, forbidden }: ProfileLine): DenialExplanation {
  const { tried, rule, risk } = allowance(record);
  const by = profile === null ? '' : ` (lxc.apparmor.profile = ${profile}${place === null ? '' : `, ${place}`})`;
  const forbids = forbidden?.(record) ?? null;
  const said =
    forbids === null
      ? reason(record, forbidden !== null)
      : `'deny ${shortened(forbids)}' of ${record.profile} forbids it, and no line of lxc.apparmor.raw takes that back`;
  const own =
    forbidden === null
      ? `the profile ${record.profile}; or lxc.apparmor.profile = ${GENERATED} and lxc.apparmor.raw in the configuration`
      : 'the configuration';
  const remedy =
    rule === null
      ? null
      : forbids !== null
        ? { lines: ['lxc.apparmor.profile = NAME'], where: `the configuration, with a profile NAME of your own, loaded, that has '${rule},'`, risk }
        : { lines: [forbidden === null ? `${rule},` : `lxc.apparmor.raw = ${rule},`], where: own, risk };
  return { tried, outcome: record.result === 'DENIED' ? 'refused' : 'allowed', rule: `${said}${by}`, remedy };
}

/** Patterns that spell out `all but` are long. */
const SHOWN = 120;
const shortened = (rule: string): string => (rule.length <= SHOWN ? rule : `${rule.slice(0, SHOWN)}...`);

/** What AppArmor says besides (`info`), in words; most often it says nothing, and then no rule allowed it. */
function reason({ result, profile, info }: AppArmorRecord, whole: boolean): string {
  if (result === 'AUDIT') return `a rule of ${profile} allows it and asks for this message`;
  if (result === 'ALLOWED') return `no rule of ${profile} allows it, but the profile only complains`;
  if (info === 'Failed name lookup - disconnected path') {
    return `${profile} cannot name the file: it is outside of the container's root (flags=(attach_disconnected) would let rules name it)`;
  }
  return `no rule of ${profile} allows it${whole ? '' : ", or a rule with 'deny' forbids it"}${info === undefined ? '' : ` (${info})`}`;
}
