// Which rule with `deny` of a profile's text forbids what was denied. AppArmor's messages do not say it, and what such a rule forbids no
// other rule allows again: an advice to add one would be wrong.

import type { AppArmorRecord } from '../../../audit/record.ts';
import { expressionOf, variablesOf } from './pattern.ts';

/** Gives the rule as it stands in the text, without the comma at its end; null: there is none, so that another rule could allow it. */
export type DenyRules = (record: AppArmorRecord) => string | null;

/** Reads the text once; a pattern becomes an expression when it is first needed. */
export function denyRules(text: string): DenyRules {
  const variables = variablesOf(text);
  const rules = text.split('\n').flatMap((line) => /^\s*(?:audit )?deny (.*),$/.exec(line)?.[1] ?? []);
  const known = new Map<string, RegExp | null>();
  const matches: Matches = (pattern, value) => {
    if (pattern === undefined) return true;
    if (value === undefined) return false;
    const expression = known.has(pattern) ? known.get(pattern) : expressionOf(pattern, variables);
    known.set(pattern, expression ?? null);
    return expression?.test(value) ?? false;
  };
  return (record) => rules.find((rule) => covers(rule, record, matches)) ?? null;
}

/** No pattern matches everything. */
type Matches = (pattern: string | undefined, value: string | undefined) => boolean;

const MOUNT = /^mount(?: fstype=(\S+))?(?: options=\(([^)]*)\))?(?: (\S+))? -> (\S+)$/;
const PIVOT = /^pivot_root (\S+)$/;
const FILE = /^"?(\/[^"]*?)"? ([rwaklmx]+)$/;

function covers(rule: string, record: AppArmorRecord, matches: Matches): boolean {
  const { operation, name, details } = record;
  if (operation === 'mount' || operation === 'remount') {
    const [whole, types, options, source, target] = MOUNT.exec(rule) ?? [];
    return (
      whole !== undefined &&
      hasType(types, details.get('fstype'), matches) &&
      hasFlags(options, details.get('flags')) &&
      matches(source, details.get('srcname')) &&
      matches(target, name)
    );
  }
  if (operation === 'pivotroot') {
    const target = PIVOT.exec(rule)?.[1];
    return target !== undefined && matches(target, name);
  }
  const [whole, path, letters = ''] = FILE.exec(rule) ?? [];
  return (
    whole !== undefined &&
    matches(path, name) &&
    [...(record.denied ?? record.requested ?? '')].some((letter) => letters.includes(GRANTED_AS[letter] ?? letter))
  );
}

/** Making and removing are writing. */
const GRANTED_AS: Readonly<Record<string, string>> = { c: 'w', d: 'w', a: 'w' };

/** A list in parentheses, or one pattern. */
function hasType(types: string | undefined, type: string | undefined, matches: Matches): boolean {
  if (types === undefined) return true;
  const patterns = types.startsWith('(') ? types.slice(1, -1).split(',') : [types];
  return patterns.some((pattern) => matches(pattern, type));
}

/** A rule with options is about exactly these; one without, about new file systems here, about any. The kernel names `silent` besides, and `rw` where nothing is said. */
function hasFlags(options: string | undefined, flags: string | undefined): boolean {
  if (options === undefined) return true;
  const words = (list: string) =>
    list
      .split(/,\s*/)
      .filter((word) => word !== '' && word !== 'silent' && word !== 'rw')
      .map((word) => word.replace(/^make-/, ''))
      .sort()
      .join();
  return flags !== undefined && words(options) === words(flags);
}
