// A typing error in a policy, and what it may at most do to its meaning.
//
// A typing error is one printable character that is missing, doubled, wrong or swapped with the next one; a `#` makes a comment of
// what follows and a line break another line, which are what they look like. It may make an error, or leave the meaning as it is,
// or turn one word into another word that is right in its place (`chown` into `lchown`, 16 into 6, [x86] into [x32]): then nothing
// else may change, and no line may lose its action, a condition or its place among the lines.

import type { Policy, Rule } from '../policy.ts';
import { letsThrough, verdictText } from '../verdicts.ts';

/** `kind` and `at` choose what is done where, `character` what is typed. */
export interface Typo {
  readonly kind: 'insert' | 'delete' | 'replace' | 'swap';
  /** From 0 to 1: how far into the text. */
  readonly at: number;
  readonly character: string;
}

export const TYPED = 'abcdefghijklmnopqrstuvwxyz0123456789_ \t[],|&=<>!-."{}:/ABCEFLNPRSTX';

/** The text with the error; null where it would be about a comment's beginning or the end of a line. */
export function withTypo(text: string, { kind, at, character }: Typo): string | null {
  const index = Math.min(text.length - 1, Math.floor(at * text.length));
  const [old = '', next = ''] = [text[index], text[index + 1]];
  if ('#\n'.includes(old) || (kind === 'swap' && '#\n'.includes(next))) return null;
  const [before, behind] = [text.slice(0, index), text.slice(index + 1)];
  switch (kind) {
    case 'insert':
      return before + character + old + behind;
    case 'delete':
      return before + behind;
    case 'replace':
      return before + character + behind;
    case 'swap':
      return before + next + old + behind.slice(1);
  }
}

/** What an error in one word cannot have done; null: it is no more than that. */
export function moreThanOneWord(before: Policy, after: Policy): string | null {
  if (before.list !== after.list) return 'it is another kind of policy';
  if (letsThrough(after.otherwise.verdict) && !letsThrough(before.otherwise.verdict)) return 'by default calls are let through';
  if (before.rules.length !== after.rules.length) return `${before.rules.length} rules have become ${after.rules.length}`;
  const changed = before.rules.flatMap((rule, index) => {
    const other = after.rules[index];
    const fields = other === undefined ? [] : differing(rule, other);
    return fields.length === 0 ? [] : [{ fields, other: other as Rule, rule }];
  });
  const [first, ...more] = changed;
  if (first === undefined) return null;
  if (changed.every(({ fields }) => fields.join() === 'section')) return null;
  if (more.length > 0) return `${changed.length} rules have changed`;
  if (first.fields.length > 1) return `of a rule have changed ${first.fields.join(' and ')}`;
  const opened = letsThrough(first.other.verdict) && !letsThrough(first.rule.verdict);
  return opened ? `'${verdictText(first.rule.verdict)}' has become '${verdictText(first.other.verdict)}'` : null;
}

function differing(one: Rule, other: Rule): readonly string[] {
  const conditions = one.conditions.map((condition, index) => text(condition) === text(other.conditions[index]));
  return [
    ...(text(one.call) === text(other.call) ? [] : ['call']),
    ...(text(one.section) === text(other.section) ? [] : ['section']),
    ...(text(one.verdict) === text(other.verdict) ? [] : ['verdict']),
    ...(one.conditions.length === other.conditions.length ? [] : ['the number of conditions']),
    ...conditions.flatMap((same, index) => (same ? [] : [`condition ${index}`])),
  ];
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? '';
}

/** Profiles: the calls that rules are about which only one of the two has. */
export function changedCalls(before: Policy, after: Policy): ReadonlySet<string> {
  const keys = ({ rules }: Policy) => new Map(rules.map((rule) => [text({ ...rule, span: 0 }), rule.call.kind === 'name' ? rule.call.name : '']));
  const [old, now] = [keys(before), keys(after)];
  return new Set([...[...old].filter(([key]) => !now.has(key)), ...[...now].filter(([key]) => !old.has(key))].map(([, name]) => name));
}
